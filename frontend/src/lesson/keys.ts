/** A lesson's shortcuts: Enter goes on, S or the space bar shows how it is written; the paper's as on the writing page. */

import { isControl, isTyping } from "../keys";
import { clear, undoStroke } from "../state";
import { begin, peek, phase, proceed, stage } from "./lesson";

export function listenToKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || isTyping(event.target)) return;
    if (handle(event)) event.preventDefault();
  });
}

/** Whether the key was one of ours. */
function handle(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  const isCommand = event.ctrlKey || event.metaKey;
  if (key === "enter" && !isControl(event.target)) {
    if (stage.value === "turn") proceed();
    else if (stage.value === "start") begin();
    else return false;
    return true;
  }
  if (stage.value !== "turn" || phase.value !== "writing") return false;
  if (key === "z" && isCommand && !event.shiftKey) undoStroke();
  else if (isCommand || event.altKey) return false;
  else if (key === "escape") clear();
  else if (key === "s" || (key === " " && !isControl(event.target))) peek();
  else return false;
  return true;
}

/** A lesson's shortcuts: Enter goes on, S or the space bar shows how it is written; the paper's as on the writing page. */

import { edit, isControl, isTyping } from "../writing/keys";
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
  if (key === "enter" && !isControl(event.target)) {
    if (stage.value === "turn") proceed();
    else if (stage.value === "start") begin();
    else return false;
    return true;
  }
  if (stage.value !== "turn" || phase.value !== "writing") return false;
  if (edit(event)) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (key === "s" || (key === " " && !isControl(event.target))) peek();
  else return false;
  return true;
}

/** A lesson's keyboard shortcuts: Enter proceeds, S or space shows the reference; those of the paper as on the writing page. */

import { editInk, isControl, isTyping } from "../writing/keys";
import { phase, proceed, stage, start, toggleReference } from "./lesson";

export function listenToKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || isTyping(event.target)) return;
    if (handle(event)) event.preventDefault();
  });
}

/** Space presses a focused button and checks a focused box. */
const takesSpace = (target: EventTarget | null): boolean =>
  isControl(target) || target instanceof HTMLInputElement;

/** Do the action of the key, if it is a shortcut. Returns whether it was. */
function handle(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  if (key === "enter" && !isControl(event.target)) {
    if (stage.value === "turn") proceed();
    else if (stage.value === "start") start();
    else return false;
    return true;
  }
  if (stage.value !== "turn" || phase.value !== "writing") return false;
  if (editInk(event)) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (key === "s" || (key === " " && !takesSpace(event.target))) toggleReference();
  else return false;
  return true;
}

/** Keyboard shortcuts: Enter proceeds, arrows go from square to square, S shows the reference; those of the paper as on the writing page. */

import { editInk, isControl } from "../writing/keys";
import { line, mayWrite, move, selected, shownDirection, stage, toggleReference } from "./lines";
import { proceed } from "./turns";

export function listenToKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || isField(event.target)) return;
    if (handle(event)) event.preventDefault();
  });
}

/** Keys in a field are no shortcuts. */
const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");

/** Do the action of the key, if it is a shortcut. Returns whether it was. */
function handle(event: KeyboardEvent): boolean {
  const { key } = event;
  if (key === "Enter" && !isControl(event.target)) {
    if (stage.value === "summary") return false;
    proceed();
    return true;
  }
  if (mayWrite() && editInk(event)) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const [back, forth] =
    shownDirection.value === "vertical" ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  if (key === back || key === forth) return go(key === forth ? 1 : -1);
  if (key.toLowerCase() === "s" && mayWrite()) toggleReference();
  else return false;
  return true;
}

/** Go to the next square, or to the next character of the result. Returns whether there are such; else the page scrolls. */
function go(step: 1 | -1): boolean {
  const last = (line.value?.characters.length ?? 0) - 1;
  if (mayWrite()) move(step);
  else if (last >= 0) selected.value = Math.min(last, Math.max(0, selected.value + step));
  else return false;
  return true;
}

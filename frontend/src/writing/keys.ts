/** Keyboard shortcuts: Enter scores and then moves on, Ctrl+Z undoes, Ctrl+Shift+Z or Ctrl+Y redoes, Esc clears. */

import { clear, isSent, redoStroke, undoStroke } from "../state/paper";
import { score } from "../state/sending";
import { moveOn } from "./turns";

export function listenToKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || isTyping(event.target)) return;
    if (event.key === "Enter" && !isControl(event.target)) scoreOrMoveOn();
    else if (!editInk(event)) return;
    event.preventDefault();
  });
}

const scoreOrMoveOn = (): unknown => (isSent.value ? moveOn() : score());

/** Clear, undo or redo if that is the key's shortcut. Returns whether it was. */
export function editInk(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  const isCommand = event.ctrlKey || event.metaKey;
  if (key === "escape") clear();
  else if (isCommand && key === "z") (event.shiftKey ? redoStroke : undoStroke)();
  else if (isCommand && key === "y") redoStroke();
  else return false;
  return true;
}

/** Keys in a text field are no shortcuts. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && target.type === "text";

/** A focused button or link handles Enter itself. */
export const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;

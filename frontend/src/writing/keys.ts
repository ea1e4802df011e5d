/** The keyboard's shortcuts: Enter scores, Ctrl+Z takes a stroke back, Ctrl+Shift+Z or Ctrl+Y returns it, Esc clears. */

import { clear, redoStroke, score, undoStroke } from "../state/state";

export function listenToKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || isTyping(event.target)) return;
    if (event.key === "Enter" && !isControl(event.target)) score();
    else if (!edit(event)) return;
    event.preventDefault();
  });
}

/** Take ink off the paper or put it back, if the key was one that does. */
export function edit(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  const isCommand = event.ctrlKey || event.metaKey;
  if (key === "escape") clear();
  else if (isCommand && key === "z") (event.shiftKey ? redoStroke : undoStroke)();
  else if (isCommand && key === "y") redoStroke();
  else return false;
  return true;
}

/** In a text field the keys belong to the text. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && target.type === "text";

/** A focused button or link has its own Enter. */
export const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;

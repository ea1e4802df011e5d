/** The keyboard's shortcuts: Enter scores, Ctrl+Z takes a stroke back, Ctrl+Shift+Z or Ctrl+Y returns it, Esc clears. */

import { clear, redoStroke, score, undoStroke } from "./state";

export function listenToKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || isTyping(event.target)) return;
    if (event.key === "Enter" && !isControl(event.target)) score();
    else if (event.key === "Escape") clear();
    else if (!event.ctrlKey && !event.metaKey) return;
    else if (isKey(event, "z")) (event.shiftKey ? redoStroke : undoStroke)();
    else if (isKey(event, "y")) redoStroke();
    else return;
    event.preventDefault();
  });
}

const isKey = (event: KeyboardEvent, letter: string): boolean => event.key.toLowerCase() === letter;

/** In a text field the keys belong to the text. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && target.type === "text";

/** A focused button or link has its own Enter. */
export const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;

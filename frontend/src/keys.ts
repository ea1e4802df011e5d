/** The keyboard's shortcuts: Enter scores, Ctrl+Z takes a stroke back, Esc clears. */

import { clear, score, undoStroke } from "./state";

export function listenToKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || isTyping(event.target)) return;
    if (event.key === "Enter" && !isControl(event.target)) score();
    else if (event.key === "Escape") clear();
    else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey)
      undoStroke();
    else return;
    event.preventDefault();
  });
}

/** In a text field the keys belong to the text. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && target.type === "text";

/** A focused button or link has its own Enter. */
export const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;

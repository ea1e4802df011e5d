/** From one attempt to the next. */

import { clear, practise } from "../state/paper";

/** Take a new sheet for the same character. */
export function tryAgain(character: string): void {
  practise(character);
  showPaper();
}

/** Take a new sheet and write freely. */
export function moveOn(): void {
  practise("");
  showPaper();
}

function showPaper(): void {
  clear();
  // Once the result is gone: the page gets shorter, which ends a smooth scroll.
  requestAnimationFrame(() => document.querySelector(".paper")?.scrollIntoView({ block: "nearest" }));
}

/** A score can be heard, too, by who sets the switch below the paper. Nothing of it loads before. */

import { effect } from "@preact/signals";
import { markFor } from "../marks";
import { isOnPaper, shown } from "../state/state";

/** Have each score sound once, when it comes. */
export function soundScores(page: Document): void {
  let last = "";
  effect(() => {
    const attempt = shown.value;
    if (!attempt?.score || !isOnPaper(attempt)) return;
    const mark = markFor(attempt.score.legibility);
    const now = `${attempt.id} ${attempt.target}`;
    if (now !== last && page.documentElement.hasAttribute("data-sounding"))
      import("./strike").then(
        ({ strike }) => strike(mark),
        () => {}, // it can't be had now: this score is silent
      );
    last = now;
  });
}

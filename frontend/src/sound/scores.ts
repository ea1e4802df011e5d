/** Plays a sound for each score, if the settings of this device ask for it. The sounds are loaded on demand. */

import { effect } from "@preact/signals";
import { markOf } from "../marks";
import { shown } from "../state/attempts";
import { isOnPaper } from "../state/paper";

export function playScores(page: Document): void {
  let last = "";
  effect(() => {
    const attempt = shown.value;
    if (!attempt?.score || !isOnPaper(attempt)) return;
    const mark = markOf(attempt.score.band);
    const current = `${attempt.id} ${attempt.target}`;
    if (current !== last && page.documentElement.hasAttribute("data-sounding"))
      import("./strike").then(
        ({ strike }) => strike(mark),
        () => {}, // without a connection this score is silent
      );
    last = current;
  });
}

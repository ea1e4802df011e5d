/** Who writes in this browser, in a word that means something to the server alone. */

import { always, isText, recall, remember } from "./storage";

const KEY = "writer";

/** The word for all who aren't signed in. */
export const ANYBODY = "guest";

/** What the page says; the one that opens without a connection, and any other, goes by what was said last. */
export function writer(): string {
  const said = document.querySelector<HTMLElement>("main[data-writer]")?.dataset.writer;
  if (said) remember(always, KEY, said);
  return said ?? recall(always, KEY, "", isText);
}

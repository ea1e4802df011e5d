/** Who writes in this browser, as an opaque word that the server understands. */

import { isText, persistent, recall, remember } from "./storage";

const KEY = "writer";

/** The word for everybody who isn't signed in. */
export const GUEST = "guest";

/** The writer that the page names. A page that names none, as the one that opens offline, uses the last one named. */
export function writer(): string {
  const named = document.querySelector<HTMLElement>("main[data-writer]")?.dataset.writer;
  if (named) remember(persistent, KEY, named);
  return named ?? recall(persistent, KEY, "", isText);
}

/** The user for whom the page was made, so that the server refuses an attempt if somebody else has signed in since. */
export function signedInWriter(): string | undefined {
  const me = writer();
  return me === GUEST ? undefined : me;
}

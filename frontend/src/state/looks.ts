/**
 * The characters whose reference the writer has seen, today and in this tab, since the last attempt at them. The attempt
 * says so to the server, which rates it Hard at best.
 */

import { isText, recall, remember, thisTab } from "../storage";

/** Each page with a paper stores its own; after a night's sleep nothing counts as seen. */
const KEY = `looks ${location.pathname} ${new Date().toDateString()}`;
let seen = recall(thisTab, KEY, "", isText);

export const hasSeen = (character: string): boolean => character !== "" && seen.includes(character);

/** The writer can see the reference of `character`, or a stroke of it. */
export function recordLook(character: string): void {
  if (!hasSeen(character)) store(seen + character);
}

/** The attempt at `character` has been sent, or its turn begins anew. */
export const forgetLook = (character: string): void => store(seen.replace(character, ""));

function store(characters: string): void {
  seen = characters;
  remember(thisTab, KEY, seen);
}

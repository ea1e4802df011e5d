/** The references of the characters that the page shows, loaded on demand. */

import { signal } from "@preact/signals";
import { type Reference, Refusal, readReference } from "../api";

export const references = signal<Readonly<Record<string, Reference>>>({});

/** Load a character's reference. One that has none, or that can't be loaded, is shown as print. */
export async function loadReference(character: string): Promise<void> {
  if (references.value[character]) return;
  try {
    const reference = await readReference(character);
    references.value = { ...references.value, [character]: reference };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

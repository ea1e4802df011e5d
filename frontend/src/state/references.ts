/** The references of the characters that the page shows, loaded on demand. */

import { signal } from "@preact/signals";
import { type Reference, Refusal, readReference } from "../api";

/** Those that are loaded, by character. */
export const references = signal<Readonly<Record<string, Reference>>>({});
const loading = new Set<string>();

/** Load a character's reference. One that has none, or that can't be loaded, is shown as print. */
export async function loadReference(character: string): Promise<void> {
  if (references.peek()[character] || loading.has(character)) return;
  loading.add(character);
  try {
    const reference = await readReference(character);
    references.value = { ...references.value, [character]: reference };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  } finally {
    loading.delete(character);
  }
}

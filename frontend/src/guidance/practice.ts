/** The practised character on the writing page: its description, its reference, and whether the reference is shown. */

import { batch, effect, signal } from "@preact/signals";
import { type Described, type Reference, Refusal, readReference } from "../api";
import { recordLook } from "../state/looks";
import { isSent, practised, strokeCount } from "../state/paper";
import { isTyping } from "../writing/keys";
import { describe } from "./describe";

/** The practised character; null until it is loaded, and if nothing is practised. */
export const loaded = signal<{ described: Described; reference: Reference } | null>(null);
/** The practised character is being loaded. */
export const isLoading = signal(false);
/** The writer asked to see the reference. */
export const isLooking = signal(false);

effect(() => {
  load(practised.value);
});

async function load(character: string): Promise<void> {
  batch(() => {
    loaded.value = null;
    isLooking.value = false;
    isLoading.value = character !== "";
  });
  if (!character) return;
  try {
    const [described, reference] = await Promise.all([describe(character), readReference(character)]);
    if (practised.peek() === character) loaded.value = { described, reference };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; // without a connection, or for an unknown character, the paper stays blank
  } finally {
    if (practised.peek() === character) isLoading.value = false;
  }
}

/** Show the reference on the paper until the pen touches it, or hide it. */
export function toggleReference(): void {
  if (loaded.value) isLooking.value = !isLooking.value;
}

effect(() => {
  if (strokeCount.value) isLooking.value = false;
});

effect(() => {
  if (isLooking.value && !isSent.value) recordLook(practised.peek());
});

/** S shows the reference, as in a lesson. */
export function listenToKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || isTyping(event.target)) return;
    if (event.key.toLowerCase() !== "s" || event.ctrlKey || event.metaKey || event.altKey) return;
    toggleReference();
    event.preventDefault();
  });
}

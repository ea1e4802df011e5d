/** Says what a free line was meant to be. */

import { signal } from "@preact/signals";
import { type Attempt, Refusal, setTarget } from "../api";
import { dismissTrouble, showTrouble } from "../state/trouble";
import { line } from "./lines";
import { follow } from "./sending";

export const isChoosing = signal(false);

/** Say what a free line was meant to be: its characters get their scores. */
export async function choose(text: string): Promise<void> {
  const shown = line.value;
  const meant = [...text];
  if (!shown || isChoosing.value || meant.length !== shown.characters.length) return;
  isChoosing.value = true;
  dismissTrouble();
  try {
    const targets = await Promise.all(
      shown.characters.map(({ attempt }, i) => (attempt ? target(attempt, meant[i] as string) : null)),
    );
    if (line.value?.id !== shown.id) return;
    const characters = shown.characters.map((one, i) => ({ ...one, attempt: targets[i] ?? one.attempt }));
    line.value = { ...shown, characters };
    follow({ ...shown, status: "queued" }, shown.id);
  } catch (error) {
    showTrouble(error, () => choose(text));
  } finally {
    isChoosing.value = false;
  }
}

/** The attempt with its target. ー and the small kana are none: they are read through another character. */
async function target(attempt: Attempt, character: string): Promise<Attempt> {
  try {
    return await setTarget(attempt.id, character);
  } catch (error) {
    if (error instanceof Refusal && error.code === "does_not_exist") return attempt;
    throw error;
  }
}

/** The writer's attempts, newest first, and which result is open. */

import { batch, computed, signal } from "@preact/signals";
import * as api from "../api";
import { type Attempt, Refusal } from "../api";
import { BANDS } from "../limits.generated";
import { clearReading } from "./readings";
import { dismissTrouble, showTrouble } from "./trouble";

/** All attempts that the page knows, newest first. */
export const attempts = signal<readonly Attempt[]>([]);
export const history = signal<"loading" | "loaded" | "failed">("loading");
/** The address of the next page of older attempts; null if there is none. */
export const older = signal<string | null>(null);

/** The id of the attempt whose result is open; "" if none is. */
export const shownId = signal("");
/** The attempt whose result is open. */
export const shown = computed(() => findAttempt(shownId.value) ?? null);
/** The writer's newest attempt, the only one whose target can change. */
export const isLatest = ({ id }: Attempt): boolean => attempts.value[0]?.id === id;
/** The character that was just chosen as the target, until its score comes; else "". */
export const choosing = signal("");
/** The id of the attempt whose only clear reading is becoming its target; else "". */
export const adopting = signal("");
/** A queued attempt can't be asked for, since the server is out of reach. */
export const isUnreachable = signal(false);

export const findAttempt = (id: string): Attempt | undefined =>
  attempts.value.find((attempt) => attempt.id === id);

export function openResult(id: string): void {
  batch(() => {
    shownId.value = id;
    dismissTrouble();
  });
}

export const closeResult = (): void => openResult("");

/** The ids of those deleted since the page was opened: an answer that was asked for before may still hold them. */
const removed = new Set<string>();

/** Put an attempt in its place by time, instead of its older version if there is one. */
export function addAttempt(attempt: Attempt): void {
  removed.delete(attempt.id);
  const others = attempts.value.filter(({ id }) => id !== attempt.id);
  const isNewer = (other: Attempt): boolean => Date.parse(other.written_at) > Date.parse(attempt.written_at);
  attempts.value = others.toSpliced(others.filter(isNewer).length, 0, attempt);
}

/** Replace the older version of an attempt, unless it was deleted in the meantime. */
export function replaceAttempt(attempt: Attempt): void {
  attempts.value = attempts.value.map((other) => (other.id === attempt.id ? attempt : other));
}

export function removeAttempt(id: string): void {
  removed.add(id);
  attempts.value = attempts.value.filter((attempt) => attempt.id !== id);
}

const isUnknown = ({ id }: Attempt): boolean => !removed.has(id) && !findAttempt(id);

/** Load the newest attempts, or the next page of older ones. */
export async function loadHistory(): Promise<void> {
  history.value = "loading";
  try {
    const page = await api.listAttempts(older.value ?? undefined);
    batch(() => {
      attempts.value = [...attempts.value, ...page.results.filter(isUnknown)];
      older.value = page.next;
      history.value = "loaded";
    });
    page.results.forEach(pollUntilScored);
  } catch {
    history.value = "failed";
  }
}

/** Set which character was meant, and with `scripts` what may compete; the score follows. */
export async function chooseTarget(
  id: string,
  character: string,
  scripts?: readonly string[],
): Promise<void> {
  if (choosing.value) return;
  choosing.value = character;
  dismissTrouble();
  try {
    const attempt = await api.setTarget(id, character, scripts);
    replaceAttempt(attempt);
    pollUntilScored(attempt);
  } catch (error) {
    await refreshOrReport(error, id, () => chooseTarget(id, character, scripts));
  } finally {
    choosing.value = "";
  }
}

/** Make the only clear reading of an attempt its target, without asking. The writer can still change it. */
export async function adoptClearReading(attempt: Attempt): Promise<void> {
  const character = clearReading(attempt);
  if (!character) return;
  adopting.value = attempt.id;
  try {
    const judged = await api.setTarget(attempt.id, character);
    replaceAttempt(judged);
    pollUntilScored(judged);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; // the page asks instead
  } finally {
    if (adopting.value === attempt.id) adopting.value = ""; // a newer attempt's may be under way
  }
}

/** Below this legibility the page shows how the character is written, and a lesson repeats it. */
export const POOR = BANDS.readable;

/** After a conflict, load the attempt as it is on the server; show any other error. */
export async function refreshOrReport(error: unknown, id: string, retry: () => void): Promise<void> {
  if (error instanceof Refusal && error.status === 409) await refresh(id);
  else showTrouble(error, retry);
}

async function refresh(id: string): Promise<void> {
  try {
    replaceAttempt(await api.readAttempt(id));
  } catch (error) {
    showTrouble(error, () => refresh(id));
  }
}

/** Pauses between two requests for a queued attempt, ms: the first, and the longest while it waits or the server is out of reach. */
const PAUSE = 1000;
const LONGEST_PAUSE = 10_000;
const polled = new Set<string>();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Follow a queued attempt until it is scored; a clear reading becomes its target while its result is open. */
export async function pollUntilScored({ id, status }: Attempt): Promise<void> {
  if (status !== "queued" || polled.has(id)) return;
  polled.add(id);
  const attempt = await untilScored(id);
  polled.delete(id); // before its reading is adopted, which may queue it once more
  isUnreachable.value = false;
  if (attempt && shownId.value === id) await adoptClearReading(attempt);
}

/** Ask for an attempt until it is scored, less and less often. Resolves to null if it was deleted in the meantime. */
async function untilScored(id: string): Promise<Attempt | null> {
  let pause = PAUSE;
  let answers = 0;
  for (;;) {
    await sleep(pause);
    if (!findAttempt(id)) return null;
    try {
      const attempt = await api.readAttempt(id);
      isUnreachable.value = false;
      replaceAttempt(attempt);
      if (attempt.status !== "queued") return attempt;
      pause = Math.min(PAUSE * 1.2 ** answers++, LONGEST_PAUSE);
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) {
        removeAttempt(id);
        return null;
      }
      isUnreachable.value = true;
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}

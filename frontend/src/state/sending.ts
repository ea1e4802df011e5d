/** Sends ink as attempts, and takes over what the outbox has sent. */

import { batch, computed } from "@preact/signals";
import type { Attempt } from "../api";
import * as api from "../api";
import { penWidth } from "../ink/draw";
import {
  addAttempt,
  adoptClearReading,
  attempts,
  closeResult,
  openResult,
  pollUntilScored,
} from "./attempts";
import { forgetLook, hasSeen } from "./looks";
import { sendOrKeep } from "./outbox";
import {
  attemptId,
  canScore,
  ink,
  isOnPaper,
  isSending,
  isSent,
  lockPaper,
  markSent,
  practised,
  script,
  stopDrawing,
  thickness,
} from "./paper";
import { showTrouble } from "./trouble";

/** Send the ink on the paper; its result opens when it comes. */
export const score = (): Promise<void> =>
  sendPaper(practised.value, script.value === "all" ? [] : [script.value], score);

/** Send the ink on the paper with `target`, after `first` has resolved. `retry` is offered on failure. */
export async function sendPaper(
  target: string,
  scripts: readonly string[],
  retry: () => void,
  first?: () => Promise<unknown>,
): Promise<void> {
  if (!canScore.value) return;
  stopDrawing();
  const id = await send(newAttempt(ink.value, target, scripts, hasSeen(target)), retry, first);
  if (!id) return;
  markSent(id);
  forgetLook(target);
}

/** Send the ink of a failed attempt as a new attempt. Other ink on the paper stays there. */
export async function sendAgain(attempt: Attempt): Promise<void> {
  if (!attempt.ink || isSending.value) return;
  const wasOnPaper = isOnPaper(attempt);
  const { target, scripts, saw_reference } = attempt;
  const id = await send(newAttempt(attempt.ink, target, scripts, saw_reference), () => sendAgain(attempt));
  if (id && wasOnPaper) markSent(id);
}

function newAttempt(
  { width, height, strokes }: api.SentInk,
  target: string | null,
  scripts: readonly string[],
  sawReference: boolean,
): api.NewAttempt {
  const attempt: api.NewAttempt = {
    ink: { width, height, strokes },
    pen_width: penWidth(thickness.value, { width, height }),
  };
  if (target) attempt.target = target;
  if (scripts.length) attempt.scripts = scripts;
  if (sawReference) attempt.saw_reference = true;
  return attempt;
}

/**
 * Send an attempt and open its result. Resolves to its id, or to its key if the outbox has kept it, or to "" if sending
 * failed; then the page shows why.
 */
async function send(
  unsent: api.NewAttempt,
  retry: () => void,
  first?: () => Promise<unknown>,
): Promise<string> {
  batch(() => {
    lockPaper(true);
    closeResult();
  });
  try {
    await first?.();
    const { key, sent: attempt } = await sendOrKeep(unsent, api.sendAttempt);
    if (!attempt) return key;
    batch(() => {
      addAttempt(attempt);
      openResult(attempt.id);
    });
    pollUntilScored(attempt);
    adoptClearReading(attempt);
    return attempt.id;
  } catch (error) {
    showTrouble(error, retry);
    return "";
  } finally {
    lockPaper(false);
  }
}

// ── From the outbox ─────────────────────────────────────────────────────────

/** The ink on the paper waits in the outbox. */
export const isInOutbox = computed(() => isSent.value && !attempts.value.some(isOnPaper));

/** An attempt that waited under `key` has been sent. */
export function acceptSent(attempt: Attempt, key: string): void {
  batch(() => {
    addAttempt(attempt);
    if (attemptId.value === key) {
      markSent(attempt.id);
      openResult(attempt.id);
    }
  });
  pollUntilScored(attempt);
  if (isOnPaper(attempt)) adoptClearReading(attempt);
}

/** The server refused for good the attempt that waited under `key`: its ink, if still on the paper, is unsent again. */
export function acceptRefused(key: string): void {
  if (attemptId.value === key) markSent("");
}

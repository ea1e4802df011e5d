/** Sends ink as attempts: once, again after a failure, or later through the outbox. */

import { batch, computed, signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import * as api from "../api";
import { type Attempt, Refusal } from "../api";
import { penWidth } from "../ink/draw";
import { isText, recall, remember, thisTab } from "../storage";
import { GUEST, writer } from "../writer";
import {
  addAttempt,
  adoptClearReading,
  attempts,
  closeResult,
  openResult,
  pollUntilScored,
} from "./attempts";
import { forgetLook, hasSeen } from "./looks";
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

// ── The outbox ──────────────────────────────────────────────────────────────

/** Keeps attempts that can't be sent now, and sends them later. */
export interface Outbox<New = api.NewAttempt> {
  /** Attempts wait in it, and a new one may not overtake them. */
  isWaiting(): boolean;
  /** Resolves to false if the browser has no room. */
  keep(unsent: New, key: string): Promise<boolean>;
}

let outbox: Outbox | null = null;
let loadOutbox: () => Promise<void> = async () => {};
/** ms that an attempt may lock the paper where there is an outbox. The server itself waits 2 s for a score. */
const TIMEOUT_WITH_OUTBOX = 6000;

/** The notice about the connection and waiting attempts. */
export const connectionNotice = signal<ComponentChild>(null);
/** The ink on the paper waits in the outbox. */
export const isInOutbox = computed(() => isSent.value && !attempts.value.some(isOnPaper));

/** Have `load` called when an attempt can't be sent; it calls `installOutbox`. Only the writing page has an outbox. */
export function onUnreachable(load: () => Promise<void>): void {
  loadOutbox = load;
}

export function installOutbox(opened: Outbox, notice: ComponentChild): void {
  outbox = opened;
  connectionNotice.value = notice;
}

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

// ── Sending ─────────────────────────────────────────────────────────────────

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
    const key = keyFor(unsent);
    const attempt = await sendOrKeep(unsent, key);
    forgetKey();
    if (!attempt) return key;
    batch(() => {
      addAttempt(attempt);
      openResult(attempt.id);
    });
    pollUntilScored(attempt);
    adoptClearReading(attempt);
    return attempt.id;
  } catch (error) {
    if (error instanceof Refusal && KEY_IS_USED.has(error.code)) forgetKey();
    showTrouble(error, retry);
    return "";
  } finally {
    lockPaper(false);
  }
}

/** Resolves to null if the outbox keeps the attempt. Rejects with a Refusal. */
async function sendOrKeep(attempt: api.NewAttempt, key: string): Promise<Attempt | null> {
  if (outbox?.isWaiting() && (await outbox.keep(attempt, key))) return null;
  try {
    return await api.sendAttempt(attempt, key, {
      writer: signedInWriter(),
      timeout: outbox ? TIMEOUT_WITH_OUTBOX : undefined,
    });
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 0)) throw error;
    await loadOutbox();
    if (await outbox?.keep(attempt, key)) return null;
    throw error;
  }
}

/** The user for whom the page was made, so that the server refuses an attempt if somebody else has signed in since. */
export function signedInWriter(): string | undefined {
  const me = writer();
  return me === GUEST ? undefined : me;
}

// ── Idempotency keys ────────────────────────────────────────────────────────

/** Codes after which the same ink can only be sent with a new key. */
export const KEY_IS_USED = new Set(["attempt_deleted", "idempotency_key_reused"]);

interface Sent {
  body: string;
  key: string;
}

const isSentBefore = (value: unknown): value is Sent =>
  typeof value === "object" && value !== null && isText((value as Sent).key);

let lastSent = recall<Sent | null>(thisTab, "sent", null, isSentBefore);

/** The same key for the same attempt or line until an answer comes, even after a reload. */
export function keyFor(unsent: object): string {
  const body = JSON.stringify(unsent);
  if (lastSent?.body !== body) {
    lastSent = { body, key: api.newKey() };
    remember(thisTab, "sent", lastSent);
  }
  return lastSent.key;
}

export function forgetKey(): void {
  lastSent = null;
  remember(thisTab, "sent", null);
}

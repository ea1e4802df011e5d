/** The page's way to the server for attempts and lines: sent once, again with the same key, or later through the outbox. */

import { signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { type NewAttempt, newKey, Refusal } from "../api";
import type { NewLine } from "../lines/api";
import { isText, recall, remember, thisTab } from "../storage";
import { signedInWriter } from "../writer";

type Unsent = NewAttempt | NewLine;

// ── The outbox ──────────────────────────────────────────────────────────────

/** Keeps attempts and lines that can't be sent now, and sends them later. */
export interface Outbox {
  /** Something waits in it, and nothing new may overtake that. */
  isWaiting(): boolean;
  /** Resolves to false if the browser has no room. */
  keep(unsent: Unsent, key: string): Promise<boolean>;
}

let outbox: Outbox | null = null;
let open = async (): Promise<void> => {};
/** ms that an attempt or a line may lock the paper where there is an outbox. The server itself waits 2 s for a score. */
const TIMEOUT_WITH_OUTBOX = 6000;

/** The notice about the connection and what waits. */
export const connectionNotice = signal<ComponentChild>(null);

export function installOutbox(opened: Outbox, notice: ComponentChild): void {
  outbox = opened;
  connectionNotice.value = notice;
}

/**
 * Load the offline parts of the page, whose `start` installs the outbox: once something can't be sent, else after `delay`
 * ms, or at once where there is no connection. A page without an outbox doesn't call this.
 */
export function loadOffline(load: () => Promise<{ start(): Promise<void> }>, delay: number): void {
  let loading: Promise<void> | undefined;
  open = () => {
    loading ??= load().then(
      ({ start }) => start(),
      () => {
        loading = undefined; // without them a failed request can be retried
      },
    );
    return loading;
  };
  const mayWait = navigator.onLine && document.querySelector("main[data-writer]");
  setTimeout(open, mayWait ? delay : 0);
}

// ── Sending ─────────────────────────────────────────────────────────────────

/** Codes after which the same ink can only be sent with a new key. */
const KEY_IS_USED = new Set(["attempt_deleted", "idempotency_key_reused"]);

/** Resolves to the key and to the server's answer, which is null if the outbox keeps it. Rejects with a Refusal. */
export async function sendOrKeep<New extends Unsent, Sent>(
  unsent: New,
  send: (unsent: New, key: string, how: { timeout?: number; writer?: string }) => Promise<Sent>,
): Promise<{ key: string; sent: Sent | null }> {
  const key = keyFor(unsent);
  let sent: Sent | null = null;
  if (!outbox?.isWaiting() || !(await outbox.keep(unsent, key)))
    try {
      const timeout = outbox ? TIMEOUT_WITH_OUTBOX : undefined;
      sent = await send(unsent, key, { writer: signedInWriter(), timeout });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (KEY_IS_USED.has(error.code)) forgetKey();
      if (error.status !== 0) throw error;
      await open();
      if (!(await outbox?.keep(unsent, key))) throw error;
    }
  forgetKey();
  return { key, sent };
}

// ── Idempotency keys ────────────────────────────────────────────────────────

interface LastSent {
  body: string;
  key: string;
}

const isSentBefore = (value: unknown): value is LastSent =>
  typeof value === "object" && value !== null && isText((value as LastSent).key);

let lastSent = recall<LastSent | null>(thisTab, "sent", null, isSentBefore);

/** The same key for the same attempt or line until an answer comes, even after a reload. */
function keyFor(unsent: Unsent): string {
  const body = JSON.stringify(unsent);
  if (lastSent?.body !== body) {
    lastSent = { body, key: newKey() };
    remember(thisTab, "sent", lastSent);
  }
  return lastSent.key;
}

function forgetKey(): void {
  lastSent = null;
  remember(thisTab, "sent", null);
}

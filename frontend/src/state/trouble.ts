/** The error that the page shows. */

import { signal } from "@preact/signals";
import { isTemporary, Refusal } from "../api";
import { explain, words } from "../words";

export interface Trouble {
  text: string;
  /** Retries what failed, or reloads the page; missing where neither would help. */
  retry?: () => void;
  needsReload?: boolean;
}

export const trouble = signal<Trouble | null>(null);

/** Codes that mean that the page no longer knows who is signed in. */
const NEEDS_RELOAD = new Set(["another_writer", "not_authenticated", "permission_denied"]);

/** Show why a request failed, and offer `retry` where it may help. Rethrows anything but a Refusal. */
export function showTrouble(error: unknown, retry: () => void): void {
  if (!(error instanceof Refusal)) throw error;
  if (NEEDS_RELOAD.has(error.code)) {
    trouble.value = { text: explain(error), retry: () => location.reload(), needsReload: true };
    return;
  }
  trouble.value = { text: explain(error), retry: isTemporary(error) ? retry : undefined };
}

/** Show that a part of the page couldn't be loaded. */
export function showUnreachable(retry?: () => void): void {
  trouble.value = { text: words.refusals.unreachable, retry };
}

export function dismissTrouble(): void {
  trouble.value = null;
}

/**
 * Attempts that were sent late and have no target: the page asks which character was meant.
 *
 * It asks even where only one reading is clear: a target that it chose could not be changed any more, as the writer has
 * written other characters since.
 */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Attempt } from "../api";
import { adopting, attempts, openResult, shownId } from "../state/attempts";
import { isText, recall, remember, thisTab } from "../storage";

/** Attempts of which the tab remembers that they were late. */
const MOST = 200;
const KEY = "late";

const isIds = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

export interface LateAttempts {
  /** Those that wait for an answer, oldest first, without the one whose result is open: that one asks already. */
  unanswered: ReadonlySignal<readonly Attempt[]>;
  /** An attempt has been sent late. */
  add(attempt: Attempt): void;
  /** Open the result of the first that waits. */
  ask(): void;
}

/** Follow the attempts that are sent late from now on, and those that this tab remembers. */
export function followLate(): LateAttempts {
  const ids = signal<readonly string[]>(recall(thisTab, KEY, [], isIds));
  const isWaiting = ({ id, status, target }: Attempt): boolean =>
    status === "scored" && !target && id !== shownId.value && id !== adopting.value && ids.value.includes(id);
  const unanswered = computed(() => attempts.value.filter(isWaiting).reverse());

  return {
    unanswered,
    add({ id, target }) {
      if (target || ids.peek().includes(id)) return;
      ids.value = [...ids.peek(), id].slice(-MOST);
      remember(thisTab, KEY, ids.peek());
    },
    ask() {
      const [first] = unanswered.peek();
      if (first) openResult(first.id);
    },
  };
}

/** Attempts that were sent late and have no target: the page asks which character was meant, as it does for others. */

import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { Attempt } from "../api";
import type { adoptClearReading, attempts, openResult, shownId } from "../state/attempts";
import { isText, recall, remember, thisTab } from "../storage";

/** The parts of the page's state that are needed here. */
export interface LatePage {
  adoptClearReading: typeof adoptClearReading;
  attempts: typeof attempts;
  openResult: typeof openResult;
  shownId: typeof shownId;
}

/** Attempts of which the tab remembers that they were late. */
const MOST = 200;
const KEY = "late";

const isIds = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

export interface LateAttempts {
  /** Those that wait for an answer, oldest first, without the one whose result is open. */
  unanswered: ReadonlySignal<readonly Attempt[]>;
  /** An attempt has been sent late. */
  add(attempt: Attempt): void;
  /** Open the result of the first that waits, which asks. */
  ask(): void;
}

/** Follow the attempts that are sent late from now on, and those that this tab remembers. */
export function followLate(page: LatePage): LateAttempts {
  const ids = signal<readonly string[]>(recall(thisTab, KEY, [], isIds));
  const tried = new Set<string>();
  const untold = computed(() =>
    page.attempts.value
      .filter(({ id, status, target }) => ids.value.includes(id) && status === "scored" && !target)
      .reverse(),
  );
  const unanswered = computed(() => untold.value.filter(({ id }) => id !== page.shownId.value));

  // A clear reading needs no question. Each is tried once: what then has no target is asked for.
  effect(() => {
    for (const attempt of untold.value) {
      if (tried.has(attempt.id)) continue;
      tried.add(attempt.id);
      untracked(() => page.adoptClearReading(attempt));
    }
  });

  return {
    unanswered,
    add({ id, target }) {
      if (target || ids.peek().includes(id)) return;
      ids.value = [...ids.peek(), id].slice(-MOST);
      remember(thisTab, KEY, ids.peek());
    },
    ask() {
      const [first] = unanswered.peek();
      if (first) page.openResult(first.id);
    },
  };
}

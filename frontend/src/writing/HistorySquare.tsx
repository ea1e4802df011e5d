import type { Attempt } from "../api";
import { show, shown } from "../state/state";
import { words } from "../words";
import { Thumbnail } from "./Thumbnail";

/** One attempt; a tap opens its result. */
export function HistorySquare({ attempt }: { attempt: Attempt }) {
  return (
    <li>
      <button
        type="button"
        class="history-square"
        aria-label={words.square(attempt)}
        aria-current={shown.value?.id === attempt.id || undefined}
        onClick={() => show(attempt.id)}
      >
        <Thumbnail attempt={attempt} />
        <span class="caption" aria-hidden="true">
          {attempt.score ? (
            <>
              <span lang="ja">{attempt.target}</span> <b>{attempt.score.legibility}</b>
            </>
          ) : (
            <span class="unscored">{attempt.status === "queued" ? "…" : "?"}</span>
          )}
        </span>
      </button>
    </li>
  );
}

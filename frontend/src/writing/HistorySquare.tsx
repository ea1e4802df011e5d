import type { Attempt } from "../api";
import { openResult, shown } from "../state/attempts";
import { words } from "../words";
import { Thumbnail } from "./Thumbnail";

/** An attempt in the history; a tap opens its result. */
export function HistorySquare({ attempt }: { attempt: Attempt }) {
  return (
    <li>
      <button
        type="button"
        class="history-square"
        aria-label={words.square(attempt)}
        aria-current={shown.value?.id === attempt.id || undefined}
        onClick={() => openResult(attempt.id)}
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

import { attempts, history, loadHistory, older } from "../state/attempts";
import { words } from "../words";
import { HistorySquare } from "./HistorySquare";

/** All attempts so far, as practice squares. */
export function History() {
  const isEmpty = attempts.value.length === 0;
  return (
    <section class="history" aria-labelledby="history">
      <h2 id="history">{words.history}</h2>
      {isEmpty && history.value === "loaded" && <p class="quiet">{words.historyEmpty}</p>}
      {isEmpty ? (
        <div class="squares squares-empty" aria-hidden="true">
          {[1, 2, 3, 4, 5, 6].map((blank) => (
            <span key={blank} class="square" />
          ))}
        </div>
      ) : (
        <ol class="squares">
          {attempts.value.map((attempt) => (
            <HistorySquare key={attempt.id} attempt={attempt} />
          ))}
        </ol>
      )}
      {history.value === "failed" && (
        <div class="trouble">
          <p>{words.historyFailed}</p>
          <button type="button" class="button" onClick={loadHistory}>
            {words.tryAgain}
          </button>
        </div>
      )}
      {older.value && history.value !== "failed" && (
        <button
          type="button"
          class="button older"
          onClick={loadHistory}
          disabled={history.value === "loading"}
        >
          {words.older}
        </button>
      )}
    </section>
  );
}

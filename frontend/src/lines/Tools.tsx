import { PaperTools } from "../components/PaperTools";
import { isSending } from "../state/paper";
import {
  canScore,
  chooseOnePaper,
  endSession,
  isEmpty,
  isOnePaper,
  isShown,
  kind,
  nextTask,
  session,
  shownDirection,
  stage,
  step,
  task,
  toggleReference,
} from "./lines";
import { score } from "./sending";
import { proceed } from "./turns";
import { words } from "./words";

/** The tools below the paper, within reach of the thumb. */
export function Tools() {
  const isWriting = stage.value === "writing";
  const one = session.value;
  const isLast = one && kind.value !== "free" && one.index + 1 === one.tasks.length;
  const mayProceed = !isSending.value && (!isWriting || step.value !== null);
  return (
    <div class="turn-tools">
      {isWriting && <PaperTools />}
      <div class="turn-actions">
        {isWriting && task.value?.text && (
          <button
            type="button"
            class="button button-quiet"
            onClick={toggleReference}
            data-shown={isShown.value || undefined}
          >
            {isShown.value ? words.hide : words.show}
          </button>
        )}
        {isWriting && kind.value === "free" && <Surface />}
        {isWriting && task.value?.text && (
          <button type="button" class="button button-quiet" onClick={nextTask}>
            {words.skip}
          </button>
        )}
        {(one?.written.length ?? 0) > 0 && !isSending.value && (
          <button type="button" class="button button-quiet" onClick={endSession}>
            {words.end}
          </button>
        )}
      </div>
      <div class="main-buttons">
        {isWriting && kind.value === "free" && !isOnePaper.value && step.value !== "score" && (
          <button type="button" class="button" onClick={score} aria-disabled={!canScore.value}>
            {words.score}
          </button>
        )}
        {/* Never disabled: it keeps the focus, so that Enter can be pressed again. */}
        <button type="button" class="main-button" onClick={proceed} aria-disabled={!mayProceed}>
          {labelOf(Boolean(isLast))}
        </button>
      </div>
      <p class="hints" aria-hidden="true">
        {words.hints[isWriting ? "writing" : "result"].map(([key, does]) => (
          <span key={key}>
            <kbd>{key === "← →" && shownDirection.value === "vertical" ? "↑ ↓" : key}</kbd> {does}
          </span>
        ))}
      </p>
    </div>
  );
}

function labelOf(isLast: boolean): string {
  if (stage.value === "sending") return words.reading;
  if (stage.value !== "writing") {
    if (isLast) return words.finish;
    return kind.value === "free" || kind.value === "own" ? words.nextLine : words.nextWord;
  }
  const isSquareNext =
    typeof step.value === "number" || (kind.value === "free" && !isOnePaper.value && !canScore.value);
  return isSquareNext ? words.nextSquare : words.score;
}

/** The paper of a free line: squares, or one paper on which the line is split as it is read. */
function Surface() {
  return (
    <label class="surface">
      <input
        type="checkbox"
        checked={!isOnePaper.value}
        disabled={!isEmpty.value}
        onChange={(event) => chooseOnePaper(!event.currentTarget.checked)}
      />
      {words.onSquares}
    </label>
  );
}

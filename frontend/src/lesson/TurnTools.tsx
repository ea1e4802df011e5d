import { PaperTools } from "../components/PaperTools";
import { canScore, isSending } from "../state/paper";
import { endLesson, isReferenceShown, lesson, nextTurn, phase, proceed, toggleReference } from "./lesson";
import { words } from "./words";

/** The tools below the paper, within reach of the thumb. */
export function TurnTools() {
  const current = phase.value;
  const isLast = lesson.value && lesson.value.index + 1 === lesson.value.turns.length;
  const mayProceed = current === "meeting" || current === "result" || canScore.value;
  return (
    <div class="turn-tools">
      <PaperTools />
      <div class="turn-actions">
        <button
          type="button"
          class="button button-quiet"
          onClick={toggleReference}
          disabled={current !== "writing"}
          data-shown={isReferenceShown.value || undefined}
        >
          {current === "writing" && isReferenceShown.value ? words.hide : words.show}
        </button>
        <button
          type="button"
          class="button button-quiet"
          onClick={nextTurn}
          disabled={isSending.value || current === "result"}
        >
          {words.skip}
        </button>
        <button type="button" class="button button-quiet" onClick={endLesson} disabled={isSending.value}>
          {words.end}
        </button>
      </div>
      {/* Never disabled: it keeps the focus, so that Enter can be pressed again. */}
      <button type="button" class="main-button" onClick={proceed} aria-disabled={!mayProceed}>
        {current === "result" && isLast ? words.finish : words.main[current]}
      </button>
      <p class="hints" aria-hidden="true">
        {words.hints[current].map(([key, does]) => (
          <span key={key}>
            <kbd>{key}</kbd> {does}
          </span>
        ))}
      </p>
    </div>
  );
}

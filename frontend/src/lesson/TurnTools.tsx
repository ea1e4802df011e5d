import { PaperTools } from "../components/PaperTools";
import { canScore, isSending } from "../state/state";
import { goOn, isReferenceShown, leave, lesson, peek, phase, proceed } from "./lesson";
import { words } from "./words";

/** What the thumb reaches: the paper's tools, and the ways on. */
export function TurnTools() {
  const now = phase.value;
  const isLast = lesson.value && lesson.value.at + 1 === lesson.value.turns.length;
  const mayProceed = now === "meeting" || now === "result" || canScore.value;
  return (
    <div class="turn-tools">
      <PaperTools />
      <div class="turn-ways">
        <button
          type="button"
          class="button button-quiet"
          onClick={peek}
          disabled={now !== "writing"}
          aria-pressed={isReferenceShown.value}
        >
          {now === "writing" && isReferenceShown.value ? words.hide : words.show}
        </button>
        <button
          type="button"
          class="button button-quiet"
          onClick={goOn}
          disabled={isSending.value || now === "result"}
        >
          {words.skip}
        </button>
        <button type="button" class="button button-quiet" onClick={leave} disabled={isSending.value}>
          {words.leave}
        </button>
      </div>
      {/* Never disabled: it keeps the focus, so that the next Enter goes on. */}
      <button type="button" class="main-button" onClick={proceed} aria-disabled={!mayProceed}>
        {now === "result" && isLast ? words.finish : words.main[now]}
      </button>
      <p class="hints" aria-hidden="true">
        {words.hints[now].map(([key, does]) => (
          <span key={key}>
            <kbd>{key}</kbd> {does}
          </span>
        ))}
      </p>
    </div>
  );
}

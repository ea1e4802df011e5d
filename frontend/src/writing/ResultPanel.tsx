import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { MarkPicture } from "../components/MarkPicture";
import { MixedText } from "../components/MixedText";
import { TroubleNotice } from "../components/TroubleNotice";
import { MARK_NAMES, scoresOf } from "../marks";
import { shown } from "../state/attempts";
import { deletion } from "../state/deleting";
import { isSending, isSent, practised } from "../state/paper";
import { connectionNotice, isInOutbox } from "../state/sending";
import { trouble } from "../state/trouble";
import { words } from "../words";
import { AttemptResult } from "./AttemptResult";
import { DeletedNotice } from "./DeletedNotice";

/** The open result. Its place on the page is reserved, so that nothing moves under the pen. */
export function ResultPanel() {
  const panel = useRef<HTMLElement>(null);
  const attempt = shown.value;

  useSignalEffect(() => {
    if (shown.value || trouble.value || deletion.value || isInOutbox.value)
      requestAnimationFrame(() => panel.current && reveal(panel.current));
  });

  return (
    <section ref={panel} class="result" tabIndex={-1} aria-busy={isSending.value}>
      {connectionNotice.value}
      {trouble.value && <TroubleNotice {...trouble.value} />}
      {deletion.value && <DeletedNotice />}
      {isSending.value ? (
        <p class="waiting">{words.reading}</p>
      ) : attempt ? (
        <AttemptResult key={attempt.id} attempt={attempt} />
      ) : (
        !trouble.value && !isSent.value && <Invitation />
      )}
    </section>
  );
}

/** The purpose of the page, and the meaning of the marks. */
function Invitation() {
  return (
    <div class="invitation">
      <h2>{words.emptyTitle}</h2>
      <p>
        <MixedText text={practised.value ? words.emptyPractising(practised.value) : words.emptyText} />
      </p>
      <ul class="legend" aria-label={words.legend}>
        {MARK_NAMES.map((mark) => (
          <li key={mark}>
            <MarkPicture mark={mark} />
            <span>{words.scoreRange(...scoresOf(mark))}</span>
          </li>
        ))}
      </ul>
      <p class="quiet">{words.legendForm}</p>
    </div>
  );
}

/** Scroll the result into view, but never its ink out of view, and move the focus to it. */
function reveal(panel: HTMLElement): void {
  const margin = 16;
  const box = panel.getBoundingClientRect();
  const paper = document.querySelector(".paper")?.getBoundingClientRect();
  const isBesidePaper = paper !== undefined && box.left >= paper.right;
  const farthest = paper && isSent.peek() && paper.top >= 0 ? paper.top : box.top - margin;
  if (box.top < 0) scrollBy({ top: box.top - margin });
  else if (box.bottom > innerHeight && !isBesidePaper)
    scrollBy({ top: Math.min(box.bottom - innerHeight, farthest) });
  // The button that had the focus is gone.
  if (document.activeElement === document.body) panel.focus({ preventScroll: true });
}

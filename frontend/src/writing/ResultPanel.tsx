import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { MarkPicture } from "../components/MarkPicture";
import { MixedText } from "../components/MixedText";
import { TroubleNotice } from "../components/TroubleNotice";
import { MARK_NAMES, scoresOf } from "../marks";
import { adopting, shown } from "../state/attempts";
import { deletion } from "../state/deleting";
import { connectionNotice } from "../state/outbox";
import { isSending, isSent, practised, strokeCount } from "../state/paper";
import { isInOutbox } from "../state/sending";
import { showUnreachable, trouble } from "../state/trouble";
import { words } from "../words";
import { DeletedNotice } from "./DeletedNotice";
import { isTyping } from "./keys";

type Results = typeof import("./results");

/** The open result. Its place on the page is reserved, so that nothing moves under the pen. */
export function ResultPanel() {
  const panel = useRef<HTMLElement>(null);
  const results = useSignal<Results | null>(null);
  const attempt = shown.value;

  /** Load what shows a result, before it is needed. */
  useSignalEffect(() => {
    if (!results.value && (strokeCount.value || shown.value)) load();
  });
  const load = () =>
    import("./results").then(
      (loaded) => {
        results.value = loaded;
      },
      () => {
        if (shown.peek()) showUnreachable(load);
      },
    );

  /** Changes with each score, but not with what else changes in the attempt. */
  const scored = useComputed(() => {
    const { id, status = "queued", target } = shown.value ?? {};
    return status !== "queued" && `${id} ${target}`;
  });
  /** A new score takes the focus: next come the ways on from it. */
  useSignalEffect(() => {
    if (!results.value || !scored.value) return;
    const focused = document.activeElement;
    // Don't interrupt a visitor who is typing or looking through the history.
    if (isTyping(focused) || focused?.closest(".history")) return;
    panel.current?.focus({ preventScroll: true });
  });

  useSignalEffect(() => {
    if (shown.value || trouble.value || deletion.value || isInOutbox.value)
      requestAnimationFrame(() => panel.current && reveal(panel.current));
  });

  return (
    <section
      ref={panel}
      class="result"
      tabIndex={-1}
      aria-label={words.result}
      aria-busy={isSending.value || adopting.value !== ""}
    >
      {connectionNotice.value}
      {trouble.value && <TroubleNotice {...trouble.value} />}
      {deletion.value && <DeletedNotice />}
      {isSending.value ? (
        <p class="waiting">{words.reading}</p>
      ) : attempt ? (
        results.value && <results.value.AttemptResult key={attempt.id} attempt={attempt} />
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

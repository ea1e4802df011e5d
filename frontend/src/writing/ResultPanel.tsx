import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Mark } from "../components/MarkPicture";
import { Mixed } from "../components/MixedText";
import { Trouble } from "../components/TroubleNotice";
import { MARKS } from "../marks";
import { connection, forgotten, isKept, isSending, isSent, practised, shown, trouble } from "../state/state";
import { words } from "../words";
import { AttemptResult } from "./AttemptResult";
import { Forgotten } from "./DeletedNotice";

/** What came of a writing. It has its place on the page at all times, so that nothing moves under the pen. */
export function ResultPanel() {
  const panel = useRef<HTMLElement>(null);
  const attempt = shown.value;

  useSignalEffect(() => {
    if (shown.value || trouble.value || forgotten.value || isKept.value)
      requestAnimationFrame(() => panel.current && reveal(panel.current));
  });

  return (
    <section ref={panel} class="result" tabIndex={-1} aria-busy={isSending.value}>
      {connection.value}
      {trouble.value && <Trouble {...trouble.value} />}
      {forgotten.value && <Forgotten />}
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

function Invitation() {
  return (
    <div class="invitation">
      <h2>{words.emptyTitle}</h2>
      <p>
        <Mixed text={practised.value ? words.emptyPractising(practised.value) : words.emptyText} />
      </p>
      <ul class="legend" aria-label={words.legend}>
        {MARKS.map((mark) => (
          <li key={mark}>
            <Mark mark={mark} />
            <span>{words.markRanges[mark]}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Bring a result into sight, but never the writing that it is about out of it; the keyboard goes on from there. */
function reveal(panel: HTMLElement): void {
  const margin = 16;
  const box = panel.getBoundingClientRect();
  const paper = document.querySelector(".paper")?.getBoundingClientRect();
  const isBeside = paper !== undefined && box.left >= paper.right;
  const mayScroll = paper && isSent.peek() && paper.top >= 0 ? paper.top : box.top - margin;
  if (box.top < 0) scrollBy({ top: box.top - margin });
  else if (box.bottom > innerHeight && !isBeside)
    scrollBy({ top: Math.min(box.bottom - innerHeight, mayScroll) });
  // The button that was pressed is gone.
  if (document.activeElement === document.body) panel.focus({ preventScroll: true });
}

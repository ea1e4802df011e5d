import { useEffect, useRef } from "preact/hooks";
import { SIDE } from "../ink/thumbnail";
import { Failure } from "./Failure";
import { Goal } from "./Goal";
import { begin, isBeginning, lesson, repeat, toPractise } from "./lesson";
import { type Square, summary } from "./turns";
import { words } from "./words";

/** The sheet at the end: every character as one wrote it, how it went, and when it comes again. */
export function Sheet({ done }: { done: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  if (!lesson.value) return null;
  const { squares, well, weak, left } = summary(lesson.value);
  const mayGoOn = toPractise.value > 0 && !isBeginning.value;
  return (
    <section class="lesson-sheet">
      <header>
        <h1 ref={heading} tabIndex={-1} aria-describedby="well">
          {words.sheet}
        </h1>
        <p id="well">
          {words.well(well, squares.length)} {left > 0 && <span class="quiet">{words.left(left)}</span>}
        </p>
        <Goal />
      </header>
      <ol class="sheet-squares">
        {squares.map((square) => (
          <SheetSquare key={square.review.character} {...square} />
        ))}
      </ol>
      <Failure />
      <div class="sheet-ways">
        {weak.length > 0 && (
          <button type="button" class="button" onClick={() => repeat(weak)}>
            {words.weak(weak.length)}
          </button>
        )}
        {mayGoOn && (
          <button type="button" class="button" onClick={begin}>
            {words.another}
          </button>
        )}
        <a class="main-button" href={done}>
          {words.done}
        </a>
      </div>
    </section>
  );
}

function SheetSquare({ review, last, before }: Square) {
  const due = last.dueIn === null ? "" : words.due(last.dueIn);
  return (
    <li>
      <a
        class="sheet-square"
        href={`/history/${last.attempt}/`}
        aria-label={words.square(review.character, last.legibility, due)}
      >
        <span class="square">
          <svg viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
            <path d={last.picture} />
          </svg>
        </span>
        <span class="caption">
          <span lang="ja">{review.character}</span> <b>{last.legibility ?? words.notRead}</b>
        </span>
        {before !== null && <small class="quiet">{words.before(before)}</small>}
        {due && <small class="quiet">{due}</small>}
      </a>
    </li>
  );
}

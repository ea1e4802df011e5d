import { useEffect, useRef } from "preact/hooks";
import { SIDE } from "../ink/thumbnail";
import { Failure } from "./Failure";
import { Goal } from "./Goal";
import { available, isChosen, isStarting, lesson, repeat, start, today } from "./lesson";
import { type CharacterResult, summaryOf } from "./turns";
import { words } from "./words";

/** The end of a lesson: each character as it was written, its score, and when it is due again. */
export function Summary({ doneUrl, signUpUrl }: { doneUrl: string; signUpUrl: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  if (!lesson.value) return null;
  const { characters, well, weak, left } = summaryOf(lesson.value);
  const isFinished = today.value !== null && available.value === 0 && !isChosen();
  const mayStartAnother = available.value > 0 && !isStarting.value;
  return (
    <section class="summary">
      <header>
        <h1 ref={heading} tabIndex={-1} aria-describedby="well">
          {words.summary}
        </h1>
        <p id="well">
          {words.well(well, characters.length)} {left > 0 && <span class="quiet">{words.left(left)}</span>}
        </p>
        <Goal />
      </header>
      <ol class="summary-squares">
        {characters.map((result) => (
          <SummarySquare key={result.review.character} {...result} />
        ))}
      </ol>
      <Failure />
      <div class="summary-actions">
        {weak.length > 0 && (
          <button type="button" class="button" onClick={() => repeat(weak)}>
            {words.repeatWeak(weak.length)}
          </button>
        )}
        {mayStartAnother && (
          <button type="button" class="button" onClick={start}>
            {words.another}
          </button>
        )}
        {isFinished && (
          <a class="button" href="/lesson/?more=5">
            {words.fiveMore}
          </a>
        )}
        <a class={signUpUrl ? "button" : "main-button"} href={doneUrl}>
          {words.done}
        </a>
      </div>
      {signUpUrl && (
        <div class="summary-sign-up">
          <p>{words.keep}</p>
          <a class="main-button" href={signUpUrl}>
            {words.signUp}
          </a>
        </div>
      )}
    </section>
  );
}

function SummarySquare({ review, last, before }: CharacterResult) {
  const due = last.dueIn === null ? "" : words.due(last.dueIn);
  return (
    <li>
      <a
        class="summary-square"
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

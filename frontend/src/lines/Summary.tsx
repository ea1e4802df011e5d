import { useEffect, useRef } from "preact/hooks";
import { InkPicture, WrittenPicture } from "./InkPicture";
import { kind, session, startAnew } from "./lines";
import type { Written } from "./session";
import { words } from "./words";

/** The end of a session: each line as it was written, and its score. */
export function Summary({ signUpUrl }: { signUpUrl: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  if (!session.value) return null;
  const { written } = session.value;
  const right = written.filter(({ isRight }) => isRight).length;
  return (
    <section class="summary">
      <h1 ref={heading} tabIndex={-1}>
        {words.summary}
      </h1>
      <p class="summary-count">
        {kind.value === "free" || !written.length
          ? words.written(written.length)
          : words.right(right, written.length)}
      </p>
      <ol class="summary-lines">
        {written.map((one) => (
          <SummaryLine key={one.task} {...one} />
        ))}
      </ol>
      <div class="summary-actions">
        <button type="button" class="main-button" onClick={startAnew}>
          {words.another[kind.value]}
        </button>
        <a class="button" href="/history/">
          {words.history}
        </a>
      </div>
      {signUpUrl && (
        <div class="summary-sign-up">
          <p>{words.keep}</p>
          <a class="button" href={signUpUrl}>
            {words.signUp}
          </a>
        </div>
      )}
    </section>
  );
}

function SummaryLine({ task, inks, images, legibility, readAs, isRight }: Written) {
  const text = session.value?.tasks[task]?.text || readAs;
  return (
    <li data-misread={isRight === false || undefined}>
      <span class="summary-inks" aria-hidden="true">
        {inks.map((ink, i) => (
          <span key={i} class="square" data-wide={ink.width > 1.2 * ink.height || undefined}>
            <InkPicture ink={ink} />
          </span>
        ))}
        {images.map((image) => (
          <span key={image} class="square">
            <WrittenPicture ink={null} image={image} />
          </span>
        ))}
      </span>
      <span class="caption">
        <span lang="ja">{text || "…"}</span> <b>{legibility ?? ""}</b>
        {isRight === false && <small>{words.isRead(readAs)}</small>}
      </span>
    </li>
  );
}

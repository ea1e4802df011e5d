import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import {
  type Attempt,
  bestExemplar,
  type Exemplar,
  type Reference,
  readReference,
  type SentInk,
} from "../api";
import { curve } from "../ink/curve";
import { type DrawnStroke, drawReference, SIDE } from "../ink/reference";
import { SIDE as THUMBNAIL_SIDE, thumbnail } from "../ink/thumbnail";
import { isStill } from "../motion";
import { connectReplay } from "../pages/replay";
import { animateStrokes } from "../pages/strokeAnimation";
import { recordLook } from "../state/looks";
import { words as common } from "../words";
import { fitted } from "./fitted";
import { words } from "./words";
import "./writtenPictures.css";

/** The reference, drawn stroke by stroke, beside the attempt or over it, and the best exemplar if there is one. */
export function WrittenPictures({ attempt, character }: { attempt: Attempt; character: string }) {
  const found = useSignal<{ reference: Reference; exemplar: Exemplar | null } | null>(null);
  const isOver = useSignal(false);
  useEffect(() => {
    Promise.all([readReference(character), bestExemplar(character)]).then(
      ([reference, exemplar]) => {
        found.value = { reference, exemplar };
      },
      () => {}, // without a connection there is only the score
    );
  }, []);
  if (!found.value) return null;
  const { reference, exemplar } = found.value;
  const { ink } = attempt;
  return (
    <section class="how-to-write" aria-label={words.howToWrite}>
      <h2>{words.howToWrite}</h2>
      {ink && (
        <fieldset class="views">
          <legend class="visually-hidden">{words.view}</legend>
          {[false, true].map((over) => (
            <label key={String(over)} class="script-choice">
              <input
                type="radio"
                name="view"
                class="visually-hidden"
                checked={isOver.value === over}
                onChange={() => {
                  isOver.value = over;
                }}
              />
              <span class="chip">{over ? words.over : words.side}</span>
            </label>
          ))}
        </fieldset>
      )}
      {ink && isOver.value ? (
        <OverYours key="over" character={character} ink={ink} reference={reference} />
      ) : (
        <div key="side" class="how-to-write-pictures">
          {ink && <Yours ink={ink} />}
          <HowToWrite character={character} reference={reference} />
          {exemplar && <ExemplarPicture exemplar={exemplar} />}
        </div>
      )}
      <a href={`/characters/${encodeURIComponent(character)}/`}>{words.moreAbout(character)}</a>
    </section>
  );
}

/** The attempt where it lies on its paper. Its button replays it at the speed at which it was written. */
function Yours({ ink }: { ink: SentInk }) {
  const svg = useRef<SVGSVGElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const side = Math.max(ink.width, ink.height);
  useEffect(() => {
    if (svg.current && button.current)
      connectReplay(
        svg.current,
        button.current,
        ink.strokes.map((stroke) => stroke.map(([x, y, t]) => [x, y, t])),
      );
  }, []);
  return (
    <figure>
      <span class="square">
        <svg ref={svg} viewBox={`0 0 ${side} ${side}`} style={{ strokeWidth: side / 22 }} aria-hidden="true">
          {ink.strokes.map((stroke, i) => (
            <path key={i} d={curve(stroke)} />
          ))}
        </svg>
      </span>
      <figcaption>{words.yours}</figcaption>
      <button ref={button} type="button" class="button">
        {words.replay}
      </button>
    </figure>
  );
}

function HowToWrite({ character, reference }: { character: string; reference: Reference }) {
  const strokes = useMemo(() => drawReference(reference), [reference]);
  return <AnimatedReference caption={common.reference} character={character} strokes={strokes} />;
}

/** The reference in red over the attempt, as large as the attempt and in its place. */
function OverYours(props: { character: string; ink: SentInk; reference: Reference }) {
  const { character, ink, reference } = props;
  const { own, drawn } = useMemo(() => {
    const { attempt, strokes } = fitted(ink, reference);
    return { own: attempt.map((stroke) => curve(stroke)), drawn: drawReference({ side: SIDE, strokes }) };
  }, [ink, reference]);
  return <AnimatedReference caption={words.overLegend} character={character} strokes={drawn} own={own} />;
}

/** The reference's strokes with their numbers, and buttons that draw them one by one. `own`: paths of the attempt below. */
function AnimatedReference(props: {
  caption: string;
  character: string;
  strokes: readonly DrawnStroke[];
  own?: readonly string[];
}) {
  const { caption, character, strokes, own = [] } = props;
  const picture = useRef<SVGSVGElement>(null);
  const tools = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!picture.current) return;
    // Below the fold it isn't seen.
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) recordLook(character);
    });
    observer.observe(picture.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!picture.current || !tools.current) return;
    animateStrokes(picture.current, tools.current);
    if (isStill()) return;
    tools.current.querySelector<HTMLButtonElement>('[data-do="play"]')?.click();
  }, []);
  return (
    <figure class={own.length ? "reference-over" : undefined}>
      <span class="square">
        {own.length > 0 && (
          <svg viewBox={`0 0 ${SIDE} ${SIDE}`} class="own" aria-hidden="true">
            {own.map((path) => (
              <path key={path} d={path} />
            ))}
          </svg>
        )}
        <svg
          ref={picture}
          class="numbered-reference"
          viewBox={`0 0 ${SIDE} ${SIDE}`}
          role="img"
          aria-label={common.strokeOrder(character, strokes.length)}
        >
          {strokes.map(({ path }) => (
            <path key={path} d={path} pathLength={1} />
          ))}
          {strokes.map(({ path, number: [x, y] }, order) => (
            <text
              key={path}
              class="stroke-number"
              x={x}
              y={y}
              text-anchor="middle"
              dominant-baseline="central"
            >
              {order + 1}
            </text>
          ))}
        </svg>
      </span>
      <figcaption>{caption}</figcaption>
      <div ref={tools} class="stroke-tools">
        <button type="button" class="button button-quiet" data-do="back" aria-label={words.previousStroke}>
          ‹
        </button>
        <button type="button" class="button" data-do="play">
          {common.play}
        </button>
        <button type="button" class="button button-quiet" data-do="on" aria-label={words.nextStroke}>
          ›
        </button>
        <output />
      </div>
    </figure>
  );
}

function ExemplarPicture({ exemplar: { ink, legibility } }: { exemplar: Exemplar }) {
  const path = useMemo(() => thumbnail(ink), [ink]);
  return (
    <figure>
      <span class="square">
        <svg viewBox={`0 0 ${THUMBNAIL_SIDE} ${THUMBNAIL_SIDE}`} aria-hidden="true">
          <path d={path} />
        </svg>
      </span>
      <figcaption>{words.exemplarScore(legibility)}</figcaption>
    </figure>
  );
}

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { bestExemplar, type Exemplar, type Reference, reference } from "../api";
import { drawn, SIDE } from "../reference";
import { SIDE as THUMBNAIL, thumbnail } from "../thumbnail";
import { words } from "../words";

/** The reference, stroke by stroke, and the best real writing where somebody shows one. */
export function LessonPictures({ character }: { character: string }) {
  const found = useSignal<{ model: Reference; best: Exemplar | null } | null>(null);
  useEffect(() => {
    // A lesson that can't be fetched is left out: the score is what was asked for.
    Promise.all([reference(character), bestExemplar(character)]).then(
      ([model, best]) => {
        found.value = { model, best };
      },
      () => {},
    );
  }, []);
  if (!found.value) return null;
  const { model, best } = found.value;
  return (
    <section class="lesson">
      <h2>{words.howItIsWritten}</h2>
      <div class="lesson-pictures">
        <ReferencePicture character={character} model={model} />
        {best && <ExemplarPicture exemplar={best} />}
      </div>
      <a href={`/characters/${encodeURIComponent(character)}/`}>{words.moreAbout(character)}</a>
    </section>
  );
}

function ReferencePicture({ character, model }: { character: string; model: Reference }) {
  const strokes = useMemo(() => drawn(model), [model]);
  return (
    <figure>
      <span class="square">
        <svg
          viewBox={`0 0 ${SIDE} ${SIDE}`}
          role="img"
          aria-label={words.strokeOrder(character, strokes.length)}
        >
          {strokes.map(({ path }, order) => (
            <path key={path} class="reference-stroke" style={{ "--order": order }} d={path} pathLength={1} />
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
      <figcaption>{words.reference}</figcaption>
    </figure>
  );
}

function ExemplarPicture({ exemplar: { ink, legibility } }: { exemplar: Exemplar }) {
  const path = useMemo(() => thumbnail(ink), [ink]);
  return (
    <figure>
      <span class="square">
        <svg viewBox={`0 0 ${THUMBNAIL} ${THUMBNAIL}`} aria-hidden="true">
          <path d={path} />
        </svg>
      </span>
      <figcaption>{words.exampleOf(legibility)}</figcaption>
    </figure>
  );
}

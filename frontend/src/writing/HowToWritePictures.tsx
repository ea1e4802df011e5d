import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { bestExemplar, type Exemplar, type Reference, readReference } from "../api";
import { ReferencePicture } from "../components/ReferencePicture";
import { SIDE, thumbnail } from "../ink/thumbnail";
import { words } from "../words";

/** The reference, drawn stroke by stroke, and the best exemplar if there is one. */
export function HowToWritePictures({ character }: { character: string }) {
  const found = useSignal<{ reference: Reference; exemplar: Exemplar | null } | null>(null);
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
  return (
    <section class="how-to-write">
      <h2>{words.howToWrite}</h2>
      <div class="how-to-write-pictures">
        <figure>
          <span class="square">
            <ReferencePicture character={character} reference={reference} />
          </span>
          <figcaption>{words.reference}</figcaption>
        </figure>
        {exemplar && <ExemplarPicture exemplar={exemplar} />}
      </div>
      <a href={`/characters/${encodeURIComponent(character)}/`}>{words.moreAbout(character)}</a>
    </section>
  );
}

function ExemplarPicture({ exemplar: { ink, legibility } }: { exemplar: Exemplar }) {
  const path = useMemo(() => thumbnail(ink), [ink]);
  return (
    <figure>
      <span class="square">
        <svg viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
          <path d={path} />
        </svg>
      </span>
      <figcaption>{words.exemplarScore(legibility)}</figcaption>
    </figure>
  );
}

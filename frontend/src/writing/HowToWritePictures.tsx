import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { bestExemplar, type Exemplar, type Reference, reference } from "../api";
import { ReferencePicture } from "../components/ReferencePicture";
import { SIDE, thumbnail } from "../ink/thumbnail";
import { words } from "../words";

/** The reference, stroke by stroke, and the best real writing where somebody shows one. */
export function HowWrittenPictures({ character }: { character: string }) {
  const found = useSignal<{ model: Reference; best: Exemplar | null } | null>(null);
  useEffect(() => {
    // What can't be fetched is left out: the score is what was asked for.
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
    <section class="how-written">
      <h2>{words.howItIsWritten}</h2>
      <div class="how-written-pictures">
        <figure>
          <span class="square">
            <ReferencePicture character={character} model={model} />
          </span>
          <figcaption>{words.reference}</figcaption>
        </figure>
        {best && <ExemplarPicture exemplar={best} />}
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
      <figcaption>{words.exampleOf(legibility)}</figcaption>
    </figure>
  );
}

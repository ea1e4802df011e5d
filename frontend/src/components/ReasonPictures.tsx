import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Attempt, type Reason, type Reference, readReference } from "../api";
import { drawReference, SIDE } from "../ink/reference";
import { strokePaths, SIDE as THUMBNAIL_SIDE } from "../ink/thumbnail";
import { words } from "../words";
import { StrokesFigure } from "./StrokesFigure";

/** The attempt, the target and the character that it may be misread as. The deciding strokes are highlighted. */
export function ReasonPictures({ attempt, reason }: { attempt: Attempt; reason: Reason }) {
  const target = attempt.target ?? "";
  const references = useSignal<[Reference, Reference] | null>(null);
  useEffect(() => {
    references.value = null;
    Promise.all([readReference(target), readReference(reason.character)]).then(
      (found) => {
        references.value = found;
      },
      () => {}, // without the references there are no pictures: the reason is a sentence too
    );
  }, [target, reason.character]);
  const own = useMemo(() => (attempt.ink ? strokePaths(attempt.ink) : []), [attempt.ink]);
  const [asked, other] = useMemo(
    () => (references.value ?? []).map((reference) => drawReference(reference).map(({ path }) => path)),
    [references.value],
  );
  if (!asked || !other) return null;
  return (
    <div class="remark-pictures">
      {own.length > 0 && (
        <StrokesFigure paths={own} highlighted={reason.strokes} side={THUMBNAIL_SIDE} title={words.yours} />
      )}
      <StrokesFigure paths={asked} highlighted={reason.reference} side={SIDE} title={target} lang="ja" />
      <StrokesFigure
        paths={other}
        highlighted={reason.character_reference}
        side={SIDE}
        title={reason.character}
        lang="ja"
      />
    </div>
  );
}

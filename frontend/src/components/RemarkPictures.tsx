import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Attempt, type Reference, type Remark, readReference } from "../api";
import { drawReference, SIDE } from "../ink/reference";
import { strokePaths, SIDE as THUMBNAIL_SIDE } from "../ink/thumbnail";
import { words } from "../words";
import { StrokesFigure } from "./StrokesFigure";

/** The attempt beside the reference. The strokes that the remark is about are highlighted in both. */
export function RemarkPictures({ attempt, remark }: { attempt: Attempt; remark: Remark }) {
  const reference = useSignal<Reference | null>(null);
  useEffect(() => {
    readReference(attempt.target ?? "").then(
      (found) => {
        reference.value = found;
      },
      () => {}, // without the reference there are no pictures: the remark is a sentence too
    );
  }, []);
  const attemptPaths = useMemo(() => (attempt.ink ? strokePaths(attempt.ink) : []), [attempt.ink]);
  const referencePaths = useMemo(
    () => (reference.value ? drawReference(reference.value).map(({ path }) => path) : []),
    [reference.value],
  );
  if (!referencePaths.length) return null;
  return (
    <div class="remark-pictures">
      <StrokesFigure
        paths={attemptPaths}
        highlighted={remark.strokes}
        side={THUMBNAIL_SIDE}
        title={words.yours}
      />
      <StrokesFigure
        paths={referencePaths}
        highlighted={remark.reference}
        side={SIDE}
        title={words.reference}
      />
    </div>
  );
}

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Attempt, type Reference, type Remark, readReference } from "../api";
import { drawReference, SIDE } from "../ink/reference";
import { strokePaths, SIDE as THUMBNAIL_SIDE } from "../ink/thumbnail";
import { words } from "../words";

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
      <Strokes paths={attemptPaths} highlighted={remark.strokes} side={THUMBNAIL_SIDE} title={words.yours} />
      <Strokes paths={referencePaths} highlighted={remark.reference} side={SIDE} title={words.reference} />
    </div>
  );
}

interface StrokesProps {
  paths: readonly string[];
  /** Numbers of strokes, from 1. */
  highlighted: readonly number[];
  side: number;
  title: string;
}

function Strokes({ paths, highlighted, side, title }: StrokesProps) {
  return (
    <figure>
      <span class="square">
        <svg viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
          {paths.map((path, i) => (
            <path key={i} d={path} class={highlighted.includes(i + 1) ? "highlighted" : undefined} />
          ))}
        </svg>
      </span>
      <figcaption>{title}</figcaption>
    </figure>
  );
}

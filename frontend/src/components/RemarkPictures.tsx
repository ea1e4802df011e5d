import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Attempt, type Reference, type Remark, reference } from "../api";
import { drawn, SIDE } from "../ink/reference";
import { strokePaths, SIDE as THUMBNAIL } from "../ink/thumbnail";
import { words } from "../words";

/** One's own strokes and the reference's, those that the remark is about in the teacher's colour. */
export function RemarkPictures({ attempt, remark }: { attempt: Attempt; remark: Remark }) {
  const model = useSignal<Reference | null>(null);
  useEffect(() => {
    // A reference that can't be fetched is left out: the remark says it in words.
    reference(attempt.target ?? "").then(
      (found) => {
        model.value = found;
      },
      () => {},
    );
  }, []);
  const own = useMemo(() => (attempt.ink ? strokePaths(attempt.ink) : []), [attempt.ink]);
  const meant = useMemo(() => (model.value ? drawn(model.value).map(({ path }) => path) : []), [model.value]);
  if (!meant.length) return null;
  return (
    <div class="remark-pictures">
      <Strokes paths={own} minded={remark.strokes} side={THUMBNAIL} title={words.yours} />
      <Strokes paths={meant} minded={remark.reference} side={SIDE} title={words.reference} />
    </div>
  );
}

interface StrokesProps {
  paths: readonly string[];
  /** From 1. */
  minded: readonly number[];
  side: number;
  title: string;
}

function Strokes({ paths, minded, side, title }: StrokesProps) {
  return (
    <figure>
      <span class="square">
        <svg viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
          {paths.map((path, i) => (
            <path key={i} d={path} class={minded.includes(i + 1) ? "minded" : undefined} />
          ))}
        </svg>
      </span>
      <figcaption>{title}</figcaption>
    </figure>
  );
}

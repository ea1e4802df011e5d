import { useMemo } from "preact/hooks";
import type { Attempt } from "../api";
import { SIDE, thumbnail } from "../ink/thumbnail";

/** A small picture of the attempt on a practice square. */
export function Thumbnail({ attempt: { ink, image } }: { attempt: Attempt }) {
  const path = useMemo(() => ink && thumbnail(ink), [ink]);
  return (
    <span class="square">
      {path ? (
        <svg viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
          <path d={path} />
        </svg>
      ) : (
        image && <img src={image} alt="" loading="lazy" />
      )}
    </span>
  );
}

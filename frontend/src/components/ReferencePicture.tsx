import { useMemo } from "preact/hooks";
import type { Reference } from "../api";
import { drawReference, SIDE } from "../ink/reference";
import { words } from "../words";

/** A character's reference, drawn stroke by stroke, each stroke with its number. */
export function ReferencePicture({ character, reference }: { character: string; reference: Reference }) {
  const strokes = useMemo(() => drawReference(reference), [reference]);
  return (
    <svg
      class="reference"
      viewBox={`0 0 ${SIDE} ${SIDE}`}
      role="img"
      aria-label={words.strokeOrder(character, strokes.length)}
    >
      {strokes.map(({ path }, order) => (
        <path key={path} class="reference-stroke" style={{ "--order": order }} d={path} pathLength={1} />
      ))}
      {strokes.map(({ path, number: [x, y] }, order) => (
        <text key={path} class="stroke-number" x={x} y={y} text-anchor="middle" dominant-baseline="central">
          {order + 1}
        </text>
      ))}
    </svg>
  );
}

import { useMemo } from "preact/hooks";
import type { Reference } from "../api";
import { drawn, SIDE } from "../ink/reference";
import { words } from "../words";

/** A character's reference on a practice square, written stroke by stroke, each with its number. */
export function ReferencePicture({ character, model }: { character: string; model: Reference }) {
  const strokes = useMemo(() => drawn(model), [model]);
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

import { effect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import "./guidance.css";
import type { Reference } from "../api";
import { type DrawnStroke, drawReference, SIDE } from "../ink/reference";
import { recordLook } from "../state/looks";
import { isSending, isSent, strokeCount } from "../state/paper";
import { words as common } from "../words";
import { type Guidance, givesHints, showsReference } from "./choice";
import { hinted, nextStroke, track } from "./tracker";
import { words } from "./words";

interface Props {
  character: string;
  reference: Reference;
  guidance: Guidance;
}

/** Guidance under the ink: the reference to trace, the fading reference, or the next stroke after two misses. */
export function Guide({ character, reference, guidance }: Props) {
  const strokes = useMemo(() => drawReference(reference), [reference]);
  const showsAll = showsReference(guidance);
  const mayHint = givesHints(guidance);
  useEffect(() => track(reference), [reference]);
  useEffect(
    () =>
      effect(() => {
        const isInView = showsAll || (mayHint && hinted.value !== null);
        if (isInView && !isSent.value && !isSending.value) recordLook(character);
      }),
    [character, showsAll, mayHint],
  );
  const hint = mayHint && hinted.value !== null ? strokes[hinted.value] : undefined;
  return (
    <div class="guide">
      {showsAll && (
        <WholeReference character={character} strokes={strokes} isFading={guidance === "fading"} />
      )}
      {hint && <Hint key={hinted.value} stroke={hint} number={(hinted.value ?? 0) + 1} />}
      <p class="visually-hidden" role="status">
        {hint && words.hint((hinted.value ?? 0) + 1)}
      </p>
    </div>
  );
}

/** The reference. A fading one has gone when half of the strokes are begun. */
function WholeReference(props: { character: string; strokes: readonly DrawnStroke[]; isFading: boolean }) {
  const { character, strokes, isFading } = props;
  const opacity = isFading ? Math.max(0, 1 - strokeCount.value / Math.ceil(strokes.length / 2)) : 1;
  return (
    <svg
      class="guide-reference"
      viewBox={`0 0 ${SIDE} ${SIDE}`}
      role="img"
      aria-label={common.strokeOrder(character, strokes.length)}
      aria-hidden={opacity === 0}
      style={{ opacity }}
    >
      {strokes.map(({ path }, index) => (
        <path
          key={path}
          class={!isFading && index === nextStroke.value ? "guide-next" : undefined}
          d={path}
        />
      ))}
      {strokes.map(({ path, number: [x, y] }, index) => (
        <text key={path} x={x} y={y} text-anchor="middle" dominant-baseline="central">
          {index + 1}
        </text>
      ))}
    </svg>
  );
}

/** One stroke, drawn again and again from its beginning, with its number. */
function Hint({ stroke: { path, number }, number: nth }: { stroke: DrawnStroke; number: number }) {
  const [x, y] = number;
  return (
    <svg class="guide-hint" viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label={words.hint(nth)}>
      <path class="guide-hint-way" d={path} />
      <path class="guide-hint-stroke" d={path} pathLength={1} />
      <text x={x} y={y} text-anchor="middle" dominant-baseline="central">
        {nth}
      </text>
    </svg>
  );
}

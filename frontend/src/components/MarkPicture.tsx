import { type MarkName, STROKES } from "../marks";
import { words } from "../words";

/** The sign a Japanese teacher would put under it, drawn as a hand draws it: never a cross. */
export function Mark({ mark }: { mark: MarkName }) {
  return (
    <svg class={`mark mark-${mark}`} viewBox="0 0 120 120" role="img" aria-label={words.marks[mark]}>
      {STROKES[mark].map((stroke, i) => (
        <path key={stroke} class={`mark-stroke mark-stroke-${i}`} d={stroke} pathLength={1} />
      ))}
    </svg>
  );
}

import { type Mark, strokesOf } from "../marks";
import { MARK_SIDE } from "../marks.generated";
import { words } from "../words";

/** A mark, drawn stroke by stroke as by hand. */
export function MarkPicture({ mark }: { mark: Mark }) {
  return (
    <svg
      class={`mark mark-${mark}`}
      viewBox={`0 0 ${MARK_SIDE} ${MARK_SIDE}`}
      role="img"
      aria-label={words.marks[mark]}
    >
      {strokesOf(mark).map((path, i) => (
        <path key={path} class={`mark-stroke mark-stroke-${i}`} d={path} pathLength={1} />
      ))}
    </svg>
  );
}

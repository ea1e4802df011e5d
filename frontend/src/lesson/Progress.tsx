import { lesson, turn } from "./lesson";
import { place } from "./turns";
import { words } from "./words";

/** How far one is, in words and as a bar. */
export function Progress() {
  if (!lesson.value || !turn.value) return null;
  const { number, of } = place(lesson.value);
  const { at, turns } = lesson.value;
  return (
    <div class="progress">
      <progress max={turns.length} value={at} aria-hidden="true" />
      <p>{words.place(number, of, turn.value.isRepeat)}</p>
    </div>
  );
}

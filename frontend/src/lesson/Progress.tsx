import { GuidancePicker } from "../guidance/GuidancePicker";
import { lesson, turn } from "./lesson";
import { position } from "./turns";
import { words } from "./words";

/** A progress bar, the current turn's number, and the choice of guidance. */
export function Progress() {
  if (!lesson.value || !turn.value) return null;
  const { number, of } = position(lesson.value);
  const { index, turns } = lesson.value;
  return (
    <div class="progress">
      <progress max={turns.length} value={index} aria-hidden="true" />
      <p>{words.position(number, of, turn.value.isRepeat)}</p>
      <GuidancePicker isBrief />
    </div>
  );
}

import { restore } from "../state/state";
import { words } from "../words";

/** What was just deleted can be brought back. */
export function Forgotten() {
  return (
    <div class="trouble" role="status">
      <p>{words.forgotten}</p>
      <button type="button" class="button" onClick={restore}>
        {words.undo}
      </button>
    </div>
  );
}

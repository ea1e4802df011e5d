import { undoDeletion } from "../state/deleting";
import { words } from "../words";

/** Says that an attempt was deleted, with a button to undo that. */
export function DeletedNotice() {
  return (
    <div class="trouble" role="status">
      <p>{words.deleted}</p>
      <button type="button" class="button" onClick={undoDeletion}>
        {words.undoDelete}
      </button>
    </div>
  );
}

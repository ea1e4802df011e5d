import { BinIcon } from "../components/icons";
import { deleteAttempt } from "../state/deleting";
import { words } from "./words";

/** Deletes an attempt without asking, since that can be undone. */
export function DeleteButton({ id }: { id: string }) {
  return (
    <button
      type="button"
      class="tool delete"
      aria-label={words.delete}
      title={words.delete}
      onClick={() => deleteAttempt(id)}
    >
      <BinIcon />
    </button>
  );
}

import { BinIcon } from "../components/icons";
import { forget } from "../state/state";
import { words } from "../words";

/** Deletes at once: it can be undone. */
export function ForgetButton({ id }: { id: string }) {
  return (
    <button
      type="button"
      class="tool forget"
      aria-label={words.forget}
      title={words.forget}
      onClick={() => forget(id)}
    >
      <BinIcon />
    </button>
  );
}

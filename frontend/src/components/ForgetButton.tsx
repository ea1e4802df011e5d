import { useSignal } from "@preact/signals";
import { forget } from "../state";
import { words } from "../words";
import { BinIcon } from "./icons";

/** Deleting asks once, where it stands. */
export function ForgetButton({ id }: { id: string }) {
  const asking = useSignal(false);
  if (!asking.value)
    return (
      <button
        type="button"
        class="tool forget"
        aria-label={words.forget}
        title={words.forget}
        onClick={() => {
          asking.value = true;
        }}
      >
        <BinIcon />
      </button>
    );
  return (
    <div class="forget forget-asking">
      <button type="button" class="button" ref={(button) => button?.focus()} onClick={() => forget(id)}>
        {words.forgetSurely}
      </button>
      <button
        type="button"
        class="button button-quiet"
        onClick={() => {
          asking.value = false;
        }}
      >
        {words.keep}
      </button>
    </div>
  );
}

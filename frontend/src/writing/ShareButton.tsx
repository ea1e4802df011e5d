import { trouble } from "../state/state";
import { words } from "../words";

/** Opens what draws the result as a picture, which few visits need. */
export function ShareButton({ id }: { id: string }) {
  const open = () =>
    import("../share/dialog").then(
      ({ share }) => share(id, true),
      () => {
        trouble.value = { text: words.refusals.unreachable, again: open };
      },
    );
  return (
    <p class="share">
      <button type="button" class="button" onClick={open}>
        {words.share}
      </button>
    </p>
  );
}

import { showUnreachable } from "../state/trouble";
import { words } from "../words";

/** Opens the sharing dialog, which is loaded on demand. */
export function ShareButton({ id }: { id: string }) {
  const open = () =>
    import("../share/dialog").then(
      ({ openShareDialog }) => openShareDialog(id, { withLink: true }),
      () => showUnreachable(open),
    );
  return (
    <p class="share">
      <button type="button" class="button" onClick={open}>
        {words.share}
      </button>
    </p>
  );
}

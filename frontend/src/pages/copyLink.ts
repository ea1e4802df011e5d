/** Buttons beside a link: one copies it, one opens the device's own dialog for sharing, where there is one. */

import { button } from "../share/elements";
import { words } from "../share/words";

export function offerToCopy(line: HTMLElement): void {
  const input = line.querySelector("input");
  if (!input) return;
  const note = document.createElement("span");
  note.role = "status";
  note.className = "quiet";
  const copy = button(words.copyLink, "button", () =>
    // Pages served without TLS have no clipboard.
    (navigator.clipboard?.writeText(input.value) ?? Promise.reject()).then(
      () => {
        note.textContent = words.copied;
      },
      () => {
        input.select();
        note.textContent = words.notCopied;
      },
    ),
  );
  const share =
    "share" in navigator
      ? [button(words.title, "button", () => navigator.share({ url: input.value }).catch(() => {}))]
      : [];
  const actions = document.createElement("p");
  actions.className = "share-actions";
  actions.append(copy, ...share, note);
  input.addEventListener("focus", () => input.select());
  line.append(actions);
}

/** Buttons beside a link: one copies it, one opens the device's own dialog for sharing, where there is one. */

import { copyText } from "../share/copyText";
import { button } from "../share/elements";
import { words } from "../share/words";

export function offerToCopy(line: HTMLElement): void {
  const input = line.querySelector("input");
  if (!input) return;
  const note = document.createElement("span");
  note.role = "status";
  note.className = "quiet";
  const copy = button(words.copyLink, "button", async () => {
    const isCopied = await copyText(input.value);
    if (!isCopied) input.select(); // to be copied by hand
    note.textContent = isCopied ? words.copied : words.notCopied;
  });
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

/** The button that shows an attempt as a picture to share. The sharing dialog is loaded on demand. */

import { words } from "../words";

export function connectPictureButton(line: HTMLElement): void {
  const button = line.querySelector("button");
  const note = line.querySelector("[role=status]");
  const id = button?.dataset.attempt;
  if (!button || !note || !id) return;
  button.addEventListener("click", async () => {
    note.textContent = "";
    try {
      const { openShareDialog } = await import("../share/dialog");
      await openShareDialog(id);
    } catch {
      note.textContent = words.refusals.unreachable;
    }
  });
  line.hidden = false;
}

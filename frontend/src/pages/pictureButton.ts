/** The button that draws a writing as a picture: what draws is loaded when it is pressed. */

import { words } from "../words";

export function offerPicture(line: HTMLElement): void {
  const button = line.querySelector("button");
  const note = line.querySelector("[role=status]");
  const id = button?.dataset.attempt;
  if (!button || !note || !id) return;
  button.addEventListener("click", async () => {
    note.textContent = "";
    try {
      await (await import("../share/dialog")).share(id);
    } catch {
      note.textContent = words.refusals.unreachable;
    }
  });
  line.hidden = false;
}

/** How the desk is laid on this device: for the left hand, without movement, with sound. Style and sound.ts do the rest. */

import { always, recall, remember } from "./storage";

const WAYS = ["left-handed", "still", "sounding"] as const;
const isYes = (value: unknown): value is boolean => value === true;

/** Lay it as it was last, and let the page's switches, where it has them, change that. */
export function layDesk(page: Document): void {
  for (const way of WAYS) {
    const lay = (isSo: boolean) => page.documentElement.toggleAttribute(`data-${way}`, isSo);
    const isSo = recall(always, way, false, isYes);
    lay(isSo);
    const box = page.querySelector<HTMLInputElement>(`input[name="${way}"]`);
    if (!box) continue;
    box.checked = isSo;
    box.addEventListener("change", () => {
      lay(box.checked);
      remember(always, way, box.checked);
    });
  }
}

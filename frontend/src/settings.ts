/**
 * The settings of this device: left hand, reduced motion, sound, lively ink. They become attributes of <html> that CSS and
 * scripts read; lively ink is another renderer.
 */

import { setLively } from "./components/WritingArea";
import { isFlag, persistent, recall, remember } from "./storage";

const SETTINGS = ["left-handed", "still", "sounding", "lively"] as const;

/** Apply the stored settings, and store a change of the page's checkboxes, where it has them. */
export function applySettings(page: Document): void {
  for (const setting of SETTINGS) {
    const apply = (isOn: boolean) =>
      setting === "lively" ? setLively(isOn) : page.documentElement.toggleAttribute(`data-${setting}`, isOn);
    const isOn = recall(persistent, setting, false, isFlag);
    apply(isOn);
    const box = page.querySelector<HTMLInputElement>(`input[name="${setting}"]`);
    if (!box) continue;
    box.checked = isOn;
    box.addEventListener("change", () => {
      apply(box.checked);
      remember(persistent, setting, box.checked);
    });
  }
}

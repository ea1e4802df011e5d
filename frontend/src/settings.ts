/**
 * The settings of this device: left hand, reduced motion, sound, lively ink. They become attributes of <html> that CSS and
 * scripts read; lively ink is another renderer.
 */

import { setLively } from "./components/WritingArea";
import { persistent, recall, remember } from "./storage";

const SETTINGS = ["left-handed", "still", "sounding", "lively"] as const;
const isTrue = (value: unknown): value is boolean => value === true;

/** Apply the stored settings, and store a change of the page's checkboxes, where it has them. */
export function applySettings(page: Document): void {
  for (const setting of SETTINGS) {
    const apply = (isOn: boolean) =>
      setting === "lively" ? setLively(isOn) : page.documentElement.toggleAttribute(`data-${setting}`, isOn);
    const isOn = recall(persistent, setting, false, isTrue);
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

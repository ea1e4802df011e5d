/** Whether pages move things. */

import { isFlag, persistent, recall } from "./storage";

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** The system or the settings of this device ask for less motion. The server's pages know those only from the storage. */
export const isStill = (): boolean =>
  reducedMotion.matches ||
  document.documentElement.hasAttribute("data-still") ||
  recall(persistent, "still", false, isFlag);

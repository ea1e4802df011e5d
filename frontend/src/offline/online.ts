/** Whether there seems to be a connection: what the browser believes, which may be connected to something dead. */

import { signal } from "@preact/signals";

/** The page for nobody, which names no writer, is what opens without one. */
const isPageForNobody = document.getElementById("app")?.dataset.writer === undefined;

export const isOnline = signal(navigator.onLine && !isPageForNobody);

for (const type of ["online", "offline"])
  addEventListener(type, () => {
    isOnline.value = navigator.onLine;
  });

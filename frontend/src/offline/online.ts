/** Whether there seems to be a connection. The browser may believe in one that leads nowhere. */

import { signal } from "@preact/signals";

/** The page that the service worker opens offline names no writer. */
const isOfflinePage = document.querySelector("main[data-writer]") === null;

export const isOnline = signal(navigator.onLine && !isOfflinePage);

for (const type of ["online", "offline"])
  addEventListener(type, () => {
    isOnline.value = navigator.onLine;
  });

/** Whether there seems to be a connection. The browser may believe in one that leads nowhere. */

import { effect, signal, untracked } from "@preact/signals";

/** The page that the service worker opens offline names no writer. */
const isOfflinePage = document.querySelector("main[data-writer]") === null;

export const isOnline = signal(navigator.onLine && !isOfflinePage);

for (const type of ["online", "offline"])
  addEventListener(type, () => {
    isOnline.value = navigator.onLine;
  });

/** Call `tryServer` now, and whenever there may be a connection again. */
export function whenOnline(tryServer: () => void): void {
  // The offline page also opens if the server is only slow, so it is the browser that says whether we are online.
  const tryNow = () => {
    if (navigator.onLine) tryServer();
  };
  effect(() => {
    isOnline.value;
    untracked(tryNow);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tryNow();
  });
}

/** Whether the browser believes to be connected: a hint, since what it is connected to may be dead. */

import { signal } from "@preact/signals";

export const isOnline = signal(navigator.onLine);

for (const type of ["online", "offline"])
  addEventListener(type, () => {
    isOnline.value = navigator.onLine;
  });

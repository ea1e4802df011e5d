/** The offline parts of the page of words: the outbox that sends lines later. */

import { effect, untracked } from "@preact/signals";
import type { acceptRefused, acceptSent } from "../lines/sending";
import { writer } from "../writer";
import { Notice } from "./Notice";
import { isOnline } from "./online";
import { Outbox } from "./outbox";

/** The parts of the page's state that are needed here. */
interface PageState {
  acceptRefused: typeof acceptRefused;
  acceptSent: typeof acceptSent;
}

/** The outbox and its notice; null if the browser refuses storage. */
export async function start(page: PageState, isGuest: boolean) {
  const outbox = await Outbox.open(writer(), ({ line, attempt, key }) => {
    isOnline.value = true;
    if (line) page.acceptSent(line, key);
    else if (!attempt) page.acceptRefused(key);
  }).catch(() => null);
  if (!outbox) return null;

  function tryServer(): void {
    if (navigator.onLine) outbox?.deliverNow();
  }
  effect(() => {
    isOnline.value;
    untracked(tryServer);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tryServer();
  });
  return { outbox, notice: <Notice outbox={outbox} isGuest={isGuest} /> };
}

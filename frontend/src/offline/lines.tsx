/** The offline parts of the page of words: the service worker, and the outbox that sends lines later. */

import type { failure, load } from "../lines/lines";
import type { acceptRefused, acceptSent } from "../lines/sending";
import { writer } from "../writer";
import { installWorker } from "./install";
import { Notice } from "./Notice";
import { isOnline, whenOnline } from "./online";
import { Outbox } from "./outbox";

/** The parts of the page's state that are needed here. */
interface PageState {
  failure: typeof failure;
  load: typeof load;
  acceptRefused: typeof acceptRefused;
  acceptSent: typeof acceptSent;
}

/** The outbox and its notice; null if the browser refuses storage. */
export async function start(page: PageState, isGuest: boolean) {
  installWorker();
  const outbox = await Outbox.open(writer(), ({ line, attempt, key }) => {
    isOnline.value = true;
    if (line) page.acceptSent(line, key);
    else if (!attempt) page.acceptRefused(key);
  }).catch(() => null);
  if (!outbox) return null;

  whenOnline(() => {
    outbox.deliverNow();
    if (page.failure.peek()) page.load();
  });
  return { outbox, notice: <Notice outbox={outbox} isGuest={isGuest} /> };
}

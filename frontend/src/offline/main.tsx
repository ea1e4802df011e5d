/** The offline parts of the writing page: the service worker, and the outbox that sends attempts later. */

import { effect } from "@preact/signals";
import type { history, loadHistory } from "../state/attempts";
import type { acceptRefused, acceptSent, installOutbox } from "../state/sending";
import { GUEST, writer } from "../writer";
import { installWorker } from "./install";
import { followLate, type LatePage } from "./late";
import { Notice } from "./Notice";
import { isOnline, whenOnline } from "./online";
import { Outbox } from "./outbox";

/** The parts of the page's state that are needed here. Importing them would split the page into more chunks. */
interface PageState extends LatePage {
  acceptRefused: typeof acceptRefused;
  acceptSent: typeof acceptSent;
  attemptHistory: typeof history;
  installOutbox: typeof installOutbox;
  loadHistory: typeof loadHistory;
}

export async function start(page: PageState): Promise<void> {
  installWorker();
  const me = writer();
  const late = followLate(page);
  const outbox = await Outbox.open(me, ({ attempt, line, key }) => {
    isOnline.value = true;
    if (line) return;
    if (!attempt) return page.acceptRefused(key);
    page.acceptSent(attempt, key);
    late.add(attempt);
  }).catch(() => null);
  if (!outbox) return; // the browser refuses storage; a failed request can still be retried
  page.installOutbox(outbox, <Notice outbox={outbox} late={late} isGuest={me === GUEST} />);

  whenOnline(() => {
    outbox.deliverNow();
    if (page.attemptHistory.peek() === "failed") page.loadHistory();
  });
  effect(() => {
    if (page.attemptHistory.value === "loaded") isOnline.value = true;
  });
}

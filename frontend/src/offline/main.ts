/** The offline parts of the writing page: the service worker, and the outbox that sends attempts later. */

import { effect } from "@preact/signals";
import { history, loadHistory } from "../state/attempts";
import { acceptRefused, acceptSent } from "../state/sending";
import { followLate } from "./late";
import { isOnline } from "./online";
import { openOutbox } from "./open";

export async function start(): Promise<void> {
  const late = followLate();
  await openOutbox({
    late,
    accept({ attempt, line, key }) {
      if (line) return;
      if (!attempt) return acceptRefused(key);
      acceptSent(attempt, key);
      late.add(attempt);
    },
    reload() {
      if (history.peek() === "failed") loadHistory();
    },
  });
  effect(() => {
    if (history.value === "loaded") isOnline.value = true;
  });
}

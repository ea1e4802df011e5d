/** The offline parts of the page of words: the service worker, and the outbox that sends lines later. */

import { failure, load } from "../lines/lines";
import { acceptRefused, acceptSent } from "../lines/sending";
import { openOutbox } from "./open";

export const start = (): Promise<void> =>
  openOutbox({
    accept({ line, attempt, key }) {
      if (line) acceptSent(line, key);
      else if (!attempt) acceptRefused(key);
    },
    reload() {
      if (failure.peek()) load();
    },
  });

/** Opens the outbox of a page, and the notice about the connection and what waits. */

import { installOutbox } from "../state/outbox";
import { GUEST, writer } from "../writer";
import { installWorker } from "./install";
import type { LateAttempts } from "./late";
import { Notice } from "./Notice";
import { isOnline, whenOnline } from "./online";
import { Outbox, type Outcome } from "./outbox";

interface Page {
  /** Takes over the outcome of what waited. */
  accept(outcome: Outcome): void;
  /** Asks again for what couldn't be loaded. */
  reload(): void;
  /** Missing on a page that asks for no targets. */
  late?: LateAttempts;
}

export async function openOutbox({ accept, reload, late }: Page): Promise<void> {
  installWorker();
  const me = writer();
  const outbox = await Outbox.open(me, (outcome) => {
    isOnline.value = true;
    accept(outcome);
  }).catch(() => null);
  if (!outbox) return; // the browser refuses storage; a failed request can still be retried
  installOutbox(outbox, <Notice outbox={outbox} late={late} isGuest={me === GUEST} />);
  whenOnline(() => {
    outbox.deliverNow();
    reload();
  });
}

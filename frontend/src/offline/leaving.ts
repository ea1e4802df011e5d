/** Before somebody signs out, which empties the browser of what it keeps for them: what waits is sent, or told of. */

import { Outbox } from "./outbox";
import { words } from "./words";
import { writer } from "./writer";

export async function sendBefore(form: HTMLFormElement): Promise<void> {
  const outbox = await Outbox.open(writer(), () => {}).catch(() => null);
  if (!outbox?.isWaiting()) return;
  const note = document.createElement("p");
  note.role = "status";
  form.before(note);
  outbox.count.subscribe((count) => {
    note.textContent = count > 0 ? words.lost(count) : words.sent;
  });
  await outbox.deliver();
}

/** Before somebody signs out, which empties the browser of what it keeps: what waits is sent, or told of. */

import { effect } from "@preact/signals";
import { writer } from "../writer";
import { Outbox } from "./outbox";
import { words } from "./words";

export async function sendBefore(form: HTMLFormElement): Promise<void> {
  const outbox = await Outbox.open(writer(), () => {}).catch(() => null);
  const left = (): number => (outbox ? outbox.count.value + outbox.others.value : 0);
  if (!outbox || left() === 0) return;
  const note = document.createElement("p");
  note.role = "status";
  form.before(note);
  effect(() => {
    note.textContent = left() > 0 ? words.lost(left()) : words.sent;
  });
  await outbox.deliver();
}

/** Sends waiting attempts before the user signs out, since that deletes them from the browser. */

import { effect } from "@preact/signals";
import { writer } from "../writer";
import { add, isAny, Outbox, type Waiting } from "./outbox";
import { words } from "./words";

/** Send what waits, and say beside the form how much hasn't been sent yet. */
export async function sendBeforeSignOut(form: HTMLFormElement): Promise<void> {
  const outbox = await Outbox.open(writer(), () => {}).catch(() => null);
  if (!outbox) return;
  const unsent = (): Waiting => add(outbox.waiting.value, outbox.waitingOfOthers.value);
  if (!isAny(unsent())) return;
  const note = document.createElement("p");
  note.role = "status";
  form.before(note);
  effect(() => {
    note.textContent = isAny(unsent()) ? words.unsentAtSignOut(unsent()) : words.sent;
  });
  await outbox.deliver();
}

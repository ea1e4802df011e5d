/** Sends waiting attempts before the user signs out, since that deletes them from the browser. */

import { effect } from "@preact/signals";
import { writer } from "../writer";
import { Outbox } from "./outbox";
import { words } from "./words";

/** Send what waits, and say beside the form how much hasn't been sent yet. */
export async function sendBeforeSignOut(form: HTMLFormElement): Promise<void> {
  const outbox = await Outbox.open(writer(), () => {}).catch(() => null);
  const unsent = (): number => (outbox ? outbox.waiting.value + outbox.waitingOfOthers.value : 0);
  if (!outbox || unsent() === 0) return;
  const note = document.createElement("p");
  note.role = "status";
  form.before(note);
  effect(() => {
    note.textContent = unsent() > 0 ? words.unsentAtSignOut(unsent()) : words.sent;
  });
  await outbox.deliver();
}

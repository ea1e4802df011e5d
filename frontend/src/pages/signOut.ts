/** Sends what waits before the user signs out. The code for that is loaded on demand. */

import { words } from "../words";

export function connectSignOut(form: HTMLFormElement): Promise<void> {
  return import("../offline/signOut").then(
    ({ sendBeforeSignOut }) => sendBeforeSignOut(form),
    () => {
      const note = document.createElement("p");
      note.role = "status";
      note.textContent = words.refusals.unreachable;
      form.before(note);
    },
  );
}

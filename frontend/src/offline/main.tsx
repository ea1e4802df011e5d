/** The writing page without a connection: it opens all the same, and what is written is sent later. */

import { effect, untracked } from "@preact/signals";
import type * as State from "../state/state";
import { ANYBODY, writer } from "../writer";
import { installWorker } from "./install";
import { Notice } from "./Notice";
import { isOnline } from "./online";
import { Outbox } from "./outbox";

type Page = Pick<typeof State, "arrive" | "connection" | "later" | "loadHistory" | "takeBack"> & {
  writings: typeof State.history;
};

/** `page` is what there is on the page already: to import it here would tear it into more files. */
export async function start(page: Page): Promise<void> {
  installWorker();
  const me = writer();
  const outbox = await Outbox.open(me, ({ attempt, key }) => {
    isOnline.value = true;
    if (attempt) page.arrive(attempt, key);
    else page.takeBack(key);
  }).catch(() => null);
  if (!outbox) return; // a browser that keeps nothing: the page offers to try again
  page.later.box = outbox;
  page.connection.value = <Notice outbox={outbox} isAnybody={me === ANYBODY} />;
  const lookForServer = (): void => {
    // The page for nobody opens where the server is only slow, too: what the browser says decides.
    if (!navigator.onLine) return;
    outbox.hurry();
    if (page.writings.peek() === "failed") page.loadHistory();
  };
  effect(() => {
    isOnline.value;
    untracked(lookForServer);
  });
  effect(() => {
    if (page.writings.value === "loaded") isOnline.value = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) lookForServer();
  });
}

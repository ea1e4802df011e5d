/** The writing page without a connection: it opens all the same, and what is written is sent later. */

import { effect } from "@preact/signals";
import type { Attempt } from "../api";
import type * as State from "../state";
import { installWorker } from "./install";
import { Notice } from "./Notice";
import { isOnline } from "./online";
import { Outbox } from "./outbox";
import { writer } from "./writer";

type Page = Pick<typeof State, "arrive" | "connection" | "later" | "loadHistory"> & {
  writings: typeof State.history;
};

/** `page` is what there is on the page already: to import it here would tear it into more files. */
export async function start(page: Page): Promise<void> {
  installWorker();
  const arrived = (attempt: Attempt, key: string) => {
    isOnline.value = true;
    page.arrive(attempt, key);
  };
  const outbox = await Outbox.open(writer(), arrived).catch(() => null);
  if (!outbox) return; // a browser that keeps nothing: the page offers to try again
  page.later.box = outbox;
  page.connection.value = <Notice outbox={outbox} />;
  effect(() => {
    if (!isOnline.value) return;
    outbox.hurry();
    if (page.writings.peek() === "failed") page.loadHistory();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) outbox.hurry();
  });
}

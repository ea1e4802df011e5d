import { render } from "preact";
import "../base.css";
import "../writing/writing.css";
import "../lesson/lesson.css";
import "./lines.css";
import { applySettings } from "../settings";
import { GUEST, writer } from "../writer";
import { App, connectionNotice } from "./App";
import { listenToKeys } from "./keys";
import { failure, load, open } from "./lines";
import { acceptRefused, acceptSent, installOutbox, onUnreachable } from "./sending";

const root = document.getElementById("lines");
if (!root) throw new Error("The template has no #lines.");

// A page from the browser's back/forward cache may show another user's words.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

applySettings(document);
root.replaceChildren(); // removes the template's placeholder
open();
render(<App signUpUrl={root.dataset.signUp ?? ""} />, root);
listenToKeys(document);

/** ms after which the offline parts are loaded, unless a line can't be sent before. */
const OFFLINE_DELAY = 2000;
let loading: Promise<void> | undefined;

function loadOffline(): Promise<void> {
  loading ??= import("../offline/lines").then(
    async ({ start }) => {
      const opened = await start({ acceptRefused, acceptSent, failure, load }, writer() === GUEST);
      if (!opened) return;
      installOutbox(opened.outbox);
      connectionNotice.value = opened.notice;
    },
    () => {}, // without them a failed request can be retried
  );
  return loading;
}

onUnreachable(loadOffline);
const mayWait = navigator.onLine && root.dataset.writer !== undefined;
setTimeout(loadOffline, mayWait ? OFFLINE_DELAY : 0);

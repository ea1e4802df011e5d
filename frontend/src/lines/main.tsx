import { render } from "preact";
import "../base.css";
import "../writing/writing.css";
import "../lesson/lesson.css";
import "./lines.css";
import { applySettings } from "../settings";
import { loadOffline } from "../state/outbox";
import { App } from "./App";
import { listenToKeys } from "./keys";
import { open } from "./lines";

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
loadOffline(() => import("../offline/lines"), OFFLINE_DELAY);

import { render } from "preact";
import "../base.css";
import "./writing.css";
import { layDesk } from "../settings";
import { soundScores } from "../sound/scores";
import {
  arrive,
  connection,
  later,
  loadHistory,
  practised,
  takeBack,
  history as writings,
} from "../state/state";
import { tellZone } from "../timeZone";
import { App } from "./App";
import { listenToKeys } from "./keys";

const root = document.getElementById("app");
if (!root) throw new Error("The template has no #app.");

// What another page has changed since, or who has signed out: the browser shows it as it was.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// A link from the catalogue says what to practise. Once: what is chosen after it outlives a reload.
const asked = new URLSearchParams(location.search).get("practise") ?? "";
if ([...asked].length === 1) {
  practised.value = asked;
  history.replaceState(null, "", location.pathname);
}

layDesk(document);
root.replaceChildren(); // the shell that stood here while the script came
render(<App />, root);
listenToKeys(document);
soundScores(document);
tellZone();
loadHistory();

// Not needed to write: it comes when the first visitor on a slow phone has long begun to, or when something can't be sent.
const LATER = 3000; // ms
let brought: Promise<void> | undefined;
later.bring = () => {
  brought ??= import("../offline/main").then(
    ({ start }) => start({ arrive, connection, later, loadHistory, takeBack, writings }),
    () => {}, // it can't be had now: the page offers to try again
  );
  return brought;
};
setTimeout(later.bring, navigator.onLine && root.dataset.writer !== undefined ? LATER : 0);

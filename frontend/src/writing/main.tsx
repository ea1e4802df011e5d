import { render } from "preact";
import "../base.css";
import "./writing.css";
import { applySettings } from "../settings";
import { playScores } from "../sound/scores";
import { isOneCharacter, spelling } from "../spelling";
import { loadHistory } from "../state/attempts";
import { loadOffline } from "../state/outbox";
import { practise, practised } from "../state/paper";
import { sendTimeZone } from "../timeZone";
import { App } from "./App";
import { listenToKeys } from "./keys";
import { scorePhoto } from "./Tools";

const root = document.getElementById("app");
if (!root) throw new Error("The template has no #app.");

// A page from the browser's back/forward cache may show deleted attempts or another user.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// A link from the catalogue names the character to practise. It is dropped from the address, so that a later choice
// survives a reload.
const named = spelling(new URLSearchParams(location.search).get("practise") ?? "");
if (isOneCharacter(named)) {
  practise(named);
  forgetIfUnknown(named);
  history.replaceState(null, "", location.pathname);
}

/** Stop practising a character that the catalogue lacks. */
async function forgetIfUnknown(character: string): Promise<void> {
  const found = await import("./offers").then(
    ({ lookUp }) => lookUp(character),
    () => null, // without a connection the server checks the character once it gets the attempt
  );
  if (found && !found.character && practised.value === character) practise("");
}

applySettings(document);
root.replaceChildren(); // removes the template's placeholder
render(<App />, root);
listenToKeys(document);
playScores(document);
sendTimeZone();
loadHistory();

/** ms after which the offline parts are loaded: on a slow phone the visitor is already writing by then. */
const OFFLINE_DELAY = 3000;
loadOffline(() => import("../offline/main"), OFFLINE_DELAY);
setTimeout(
  () =>
    import("../photo/drop").then(
      ({ acceptFiles }) => acceptFiles(document, scorePhoto),
      () => {}, // without a connection a picture can't be sent either
    ),
  OFFLINE_DELAY,
);

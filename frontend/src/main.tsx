import { render } from "preact";
import "./app.css";
import { App } from "./components/App";
import { listenToKeys } from "./keys";
import { loadHistory } from "./state";

const root = document.getElementById("app");
if (!root) throw new Error("The template has no #app.");
root.replaceChildren(); // the shell that stood here while the script came
render(<App />, root);
listenToKeys(document);
loadHistory();

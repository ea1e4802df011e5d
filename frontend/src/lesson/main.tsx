import { render } from "preact";
import "../base.css";
import "../writing/writing.css";
import "./lesson.css";
import { applySettings } from "../settings";
import { playScores } from "../sound/scores";
import { App } from "./App";
import { listenToKeys } from "./keys";
import { open } from "./lesson";

const root = document.getElementById("lesson");
if (!root) throw new Error("The template has no #lesson.");

const { writer = "", day = "", done = "", lists = "", signUp = "" } = root.dataset;
applySettings(document);
root.replaceChildren(); // removes the template's placeholder
render(<App done={done} lists={lists} signUp={signUp} />, root);
listenToKeys(document);
playScores(document);
open(writer, day);

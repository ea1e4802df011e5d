import { render } from "preact";
import "../base.css";
import "../writing/writing.css";
import "./lesson.css";
import { layDesk } from "../settings";
import { soundScores } from "../sound/scores";
import { App } from "./App";
import { listenToKeys } from "./keys";
import { open } from "./lesson";

const root = document.getElementById("lesson");
if (!root) throw new Error("The template has no #lesson.");

const { writer = "", done = "", lists = "" } = root.dataset;
layDesk(document);
root.replaceChildren(); // the shell that stood here while the script came
render(<App done={done} lists={lists} />, root);
listenToKeys(document);
soundScores(document);
open(writer);

/** The catalogue's pages work without this: it adds the brush, and finding by drawing. */

import "../base.css";
import "./account.css";
import "./catalogue.css";
import { moveBrush } from "./brush";
import { findByDrawing } from "./find";

const brush = document.querySelector<SVGSVGElement>(".brush");
const tools = document.querySelector<HTMLElement>(".brush-tools");
if (brush && tools) moveBrush(brush, tools);

const dialog = document.querySelector<HTMLDialogElement>(".draw");
const opener = document.querySelector<HTMLButtonElement>(".draw-open");
if (dialog && opener) findByDrawing(dialog, opener);

/** The pages work without this: it adds the brush, finding by drawing, a writing's replay and picture, the end of Undo. */

import "../base.css";
import "./account.css";
import "./catalogue.css";
import "./history.css";
import "./plan.css";
import "./progress.css";
import "./shared.css";
import { tellZone } from "../timeZone";
import { findByDrawing } from "./findByDrawing";
import { offerPicture } from "./pictureButton";
import { replay } from "./replay";
import { moveBrush } from "./strokeAnimation";
import { follow } from "./transferProgress";
import { takeAway } from "./undoNotice";

tellZone();

// More tabs than a phone is wide scroll; the page's own shows.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const brush = document.querySelector<SVGSVGElement>(".brush");
const tools = document.querySelector<HTMLElement>(".brush-tools");
if (brush && tools) moveBrush(brush, tools);

const dialog = document.querySelector<HTMLDialogElement>(".draw");
const opener = document.querySelector<HTMLButtonElement>(".draw-open");
if (dialog && opener) findByDrawing(dialog, opener);

const writing = document.querySelector<SVGSVGElement>(".replay");
const again = document.querySelector<HTMLButtonElement>(".replay-button");
const strokes = document.querySelector("#strokes")?.textContent;
if (writing && again && strokes) replay(writing, again, JSON.parse(strokes));

const picture = document.querySelector<HTMLElement>(".share-picture");
if (picture) offerPicture(picture);

document.querySelectorAll<HTMLElement>(".undo").forEach(takeAway);

const signOut = document.querySelector<HTMLFormElement>('main form[action$="/logout/"]');
if (signOut) import("../offline/signOut").then(({ sendBefore }) => sendBefore(signOut));

document.querySelectorAll<HTMLElement>(".transfer").forEach((line) => {
  follow(line);
});

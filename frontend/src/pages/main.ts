/**
 * The script of the server's pages. They work without it; it adds the stroke animation, finding by drawing, the replay and
 * picture of an attempt, the progress of transfers, and removes the offer to undo a deletion in time.
 */

import "../base.css";
import "./account.css";
import "./catalogue.css";
import "./character.css";
import "./findByDrawing.css";
import "./guide.css";
import "./history.css";
import "./lookingBack.css";
import "./plan.css";
import "./progress.css";
import "./shared.css";
import "./worksheet.css";
import { sendTimeZone } from "../timeZone";
import { findByDrawing } from "./findByDrawing";
import { connectPictureButton } from "./pictureButton";
import { connectReplay } from "./replay";
import { connectSignOut } from "./signOut";
import { animateStrokes } from "./strokeAnimation";
import { followTransfer } from "./transferProgress";
import { removeInTime } from "./undoNotice";

/** The page works without what can't be loaded. */
const doWithout = (): void => {};

sendTimeZone();

// Tabs that are wider than a phone scroll: show the current one.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const glyph = document.querySelector<SVGSVGElement>(".brush");
const glyphTools = document.querySelector<HTMLElement>(".brush-tools");
if (glyph && glyphTools) animateStrokes(glyph, glyphTools);

const dialog = document.querySelector<HTMLDialogElement>(".draw");
const opener = document.querySelector<HTMLButtonElement>(".draw-open");
if (dialog && opener) findByDrawing(dialog, opener);

const attempt = document.querySelector<SVGSVGElement>(".replay");
const replayButton = document.querySelector<HTMLButtonElement>(".replay-button");
const strokes = document.querySelector("#strokes")?.textContent;
if (attempt && replayButton && strokes) connectReplay(attempt, replayButton, JSON.parse(strokes));

const picture = document.querySelector<HTMLElement>(".share-picture");
if (picture) connectPictureButton(picture);

document.querySelectorAll<HTMLElement>(".undo").forEach(removeInTime);

const printButton = document.querySelector<HTMLButtonElement>(".print-button");
printButton?.addEventListener("click", () => print());
if (printButton) printButton.hidden = false;

const signOut = document.querySelector<HTMLFormElement>('main form[action$="/logout/"]');
if (signOut) connectSignOut(signOut);

document.querySelectorAll<HTMLElement>(".transfer").forEach((line) => {
  followTransfer(line);
});

const share = document.querySelector<HTMLButtonElement>(".share-file");
if (share) import("./shareFile").then(({ connectShareButton }) => connectShareButton(share), doWithout);

document.querySelectorAll<HTMLElement>(".link-line").forEach((line) => {
  import("./copyLink").then(({ offerToCopy }) => offerToCopy(line), doWithout);
});

// The service worker shows this page at other addresses; at its own there is nothing to reopen.
const isInPlace = location.pathname !== "/offline/page/";
if (isInPlace && document.querySelector("[data-offline]"))
  import("../offline/reopen").then(({ reopenWhenOnline }) => reopenWhenOnline(), doWithout);

/** A result as a picture, in a dialog over the page, and the ways to take it along. */

import "./share.css";
import { Refusal, read, reference } from "../api";
import { plainly } from "../words";
import { button, element } from "./elements";
import { pagePart } from "./linkSection";
import { asPng, drawPicture } from "./picture";
import { ways } from "./pictureActions";
import { words } from "./words";

/** Draw the attempt's picture and offer it; `withPage` offers to make a page of it too. */
export async function share(id: string, withPage = false): Promise<void> {
  if (document.querySelector("dialog[open]")) return; // a double click
  const note = element("p", { className: "share-note", role: "status" });
  const say = (text: string): void => {
    note.textContent = text;
  };
  open(note);
  say(words.drawing);
  try {
    const attempt = await read(id);
    const { ink, target, score } = attempt;
    if (!ink || !target || !score) return say(words.nothing);
    const model = await reference(target).catch(() => null);
    const canvas = element("canvas", { className: "share-picture", role: "img" });
    canvas.ariaLabel = words.picture(target, score.legibility);
    drawPicture(canvas, { ink, legibility: score.legibility, model });
    const file = new File([await asPng(canvas)], `letters-ai-${target}-${score.legibility}.png`, {
      type: "image/png",
    });
    note.before(canvas, ways(file, words.message(target, score.legibility), say));
    if (withPage) note.after(pagePart(attempt, say));
    say("");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(plainly(error));
  }
}

/** An empty one on the page; closed, it is gone. */
function open(...content: Node[]): void {
  const title = element("h2", { id: "share-title" }, words.title);
  const close = button("×", "button button-quiet", () => dialog.close());
  close.ariaLabel = words.close;
  const head = element("header", { className: "share-head" }, title, close);
  const dialog = element("dialog", { className: "dialog share-dialog" }, head, ...content);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.addEventListener("close", () => dialog.remove());
  // Its keys are no shortcuts of the page under it.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(dialog);
  dialog.showModal();
}

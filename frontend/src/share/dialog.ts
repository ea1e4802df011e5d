/** The sharing dialog: a result as a picture, with buttons to share, save or copy it. */

import "./share.css";
import { Refusal, readAttempt, readReference } from "../api";
import { words as common, explain } from "../words";
import { button, element } from "./elements";
import { linkSection } from "./linkSection";
import { asPng, drawPicture } from "./picture";
import { pictureActions } from "./pictureActions";
import { words } from "./words";

/** Open the dialog for an attempt. `withLink` also offers to share it as a page. */
export async function openShareDialog(id: string, { withLink = false } = {}): Promise<void> {
  if (document.querySelector("dialog[open]")) return; // a double click
  const note = element("p", { className: "share-note", role: "status" });
  const say = (text: string): void => {
    note.textContent = text;
  };
  const dialog = openDialog(note);
  say(words.drawing);
  try {
    const attempt = await readAttempt(id);
    const { ink, target, score } = attempt;
    if (!ink || !target || !score) return say(words.nothing);
    const reference = await readReference(target).catch(() => null);
    const canvas = element("canvas", { className: "share-picture", role: "img" });
    canvas.ariaLabel = words.picture(target, score.legibility);
    drawPicture(canvas, { ink, legibility: score.legibility, band: score.band, reference });
    const file = new File([await asPng(canvas)], `letters-ai-${target}-${score.legibility}.png`, {
      type: "image/png",
    });
    const address = URL.createObjectURL(file);
    dialog.addEventListener("close", () => URL.revokeObjectURL(address));
    note.before(canvas, pictureActions(file, address, words.message(target, score.legibility), say));
    if (withLink) note.after(linkSection(attempt, say));
    say("");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(explain(error));
  }
}

/** Open a modal dialog, which is removed from the page when closed. */
function openDialog(...content: Node[]): HTMLDialogElement {
  const title = element("h2", { id: "share-title" }, words.title);
  const close = button("×", "button button-quiet", () => dialog.close());
  close.ariaLabel = common.close;
  const head = element("header", { className: "share-head" }, title, close);
  const dialog = element("dialog", { className: "dialog share-dialog" }, head, ...content);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.addEventListener("close", () => dialog.remove());
  // Keys in the dialog are no shortcuts of the page.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

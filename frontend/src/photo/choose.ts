/** The dialog that asks which character of a picture is meant. */

import "./photo.css";
import { button, element } from "../share/elements";
import { type Box, withMargin } from "./scale";
import { words } from "./words";

/** Resolves to the place of the chosen character, or to null if the dialog was closed. */
export function chooseCharacter(picture: HTMLCanvasElement, boxes: readonly Box[]): Promise<Box | null> {
  return new Promise((resolve) => {
    let chosen: Box | null = null;
    const choose = (box: Box) => {
      chosen = box;
      dialog.close();
    };
    picture.ariaHidden = "true"; // the buttons on it have names
    const title = element("h2", { id: "photo-title" }, words.whichOne);
    const choices = boxes.map((box, i) => choice(box, picture, words.box(i + 1, boxes.length), choose));
    const sheet = element("div", { className: "photo-sheet" }, picture, ...choices);
    sheet.style.setProperty("--aspect", String(picture.width / picture.height));
    const dialog: HTMLDialogElement = element(
      "dialog",
      { className: "dialog photo-dialog" },
      title,
      element("p", {}, words.choose),
      sheet,
      button(words.cancel, "button", () => dialog.close()),
    );
    dialog.setAttribute("aria-labelledby", title.id);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
    // Keys in the dialog are no shortcuts of the page.
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A button around one character. */
function choice(
  box: Box,
  picture: HTMLCanvasElement,
  name: string,
  choose: (box: Box) => void,
): HTMLButtonElement {
  const [left, top, width, height] = withMargin(box, picture.width / picture.height, 0.08);
  const made = button("", "photo-choice", () => choose(box));
  made.ariaLabel = name;
  Object.assign(made.style, {
    left: `${100 * left}%`,
    top: `${100 * top}%`,
    width: `${100 * width}%`,
    height: `${100 * height}%`,
  });
  return made;
}

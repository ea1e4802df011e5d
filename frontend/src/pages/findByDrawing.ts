/** Write a character to find it. The writing is no practice: it is forgotten as soon as it is read. */

import { type Attempt, forget, newKey, Refusal, read, send, type Writing } from "../api";
import { drawInk, keepSharp, penWidth } from "../ink/draw";
import { begin, blank, extend, type Ink, isBlank, undo } from "../ink/ink";
import { listenToPen } from "../ink/pen";
import { plainly, words } from "../words";

const PEN = 2;
/** Between two looks at a writing that waits to be read, and how often to look. ms */
const PAUSE = 1000;
const LOOKS = 30;

export function findByDrawing(dialog: HTMLDialogElement, opener: HTMLButtonElement): void {
  const part = <T extends Element>(selector: string): T => {
    const found = dialog.querySelector<T>(selector);
    if (!found) throw new Error(`The template has no ${selector}.`);
    return found;
  };
  const canvas = part<HTMLCanvasElement>("canvas");
  const note = part(".draw-note");
  const tiles = part(".draw-found");
  const more = part(".draw-more");
  const buttons = {
    undo: part<HTMLButtonElement>('[data-do="undo"]'),
    clear: part<HTMLButtonElement>('[data-do="clear"]'),
    find: part<HTMLButtonElement>('[data-do="find"]'),
  };
  let ink: Ink = blank;
  let key = newKey();
  let isSending = false;
  /** A stroke is being written. Not so when the paper is full or held still, whatever the pen does. */
  let isWriting = false;

  function put(next: Ink): void {
    if (next === ink) return;
    ink = next;
    key = newKey();
    paint();
  }

  function paint(): void {
    drawInk(canvas, ink, PEN);
    const count = ink.strokes.length;
    canvas.setAttribute("aria-label", words.writingArea(count));
    buttons.undo.disabled = buttons.clear.disabled = buttons.find.disabled = isBlank(ink) || isSending;
  }

  function say(text: string): void {
    note.textContent = text;
    tiles.replaceChildren();
    more.replaceChildren();
  }

  async function find(): Promise<void> {
    isSending = true;
    isWriting = false;
    paint();
    say(words.reading);
    const late = setTimeout(() => say(words.stillReading), 3000);
    const { width, height, strokes } = ink;
    try {
      show(await readOnce({ ink: { width, height, strokes }, pen_width: penWidth(PEN, width) }, key));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(plainly(error));
    } finally {
      clearTimeout(late);
      isSending = false;
      key = newKey(); // the writing of this one is gone
      paint();
    }
  }

  function show(attempt: Attempt): void {
    const found = attempt.candidates.flatMap(({ character, lookalikes }) => [character, ...lookalikes]);
    say(verdict(attempt));
    if (attempt.status !== "scored") return;
    tiles.replaceChildren(
      ...found.map((character) => {
        const item = document.createElement("li");
        item.append(link(character, `/characters/${encodeURIComponent(character)}/`));
        return item;
      }),
    );
    // A word of kana or letters alone would be a reading; one with a kanji is the characters in it.
    if (found.some((character) => character >= "㐀"))
      more.replaceChildren(
        link(words.drawing.search, `/characters/?q=${encodeURIComponent(found.join(""))}`, ""),
      );
    tiles.querySelector("a")?.focus();
  }

  listenToPen(canvas, {
    down: (tip, area) => {
      if (isSending) return;
      const before = ink;
      put(begin(before, tip, area));
      isWriting = ink !== before;
    },
    move: (tips) => isWriting && put(extend(ink, tips)),
    up: () => {
      isWriting = false;
    },
    cancel: () => {
      if (isWriting) put(undo(ink));
      isWriting = false;
    },
  });
  keepSharp(canvas, paint);
  buttons.undo.addEventListener("click", () => {
    isWriting = false; // else the pen, if it is down, would lead the stroke before on
    put(undo(ink));
  });
  buttons.clear.addEventListener("click", () => {
    isWriting = false;
    put(blank);
    say("");
  });
  buttons.find.addEventListener("click", find);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  opener.hidden = false;
  opener.addEventListener("click", () => {
    dialog.showModal();
    paint();
  });
  paint();
}

function verdict({ status, known, candidates }: Attempt): string {
  if (status === "queued") return words.drawing.late;
  if (status === "failed" || candidates.length === 0) return words.noCandidates;
  return known ? "" : words.drawing.nearest;
}

/** What the writing reads as; on the server it is deleted again. */
async function readOnce(writing: Writing, key: string): Promise<Attempt> {
  let attempt = await send(writing, key);
  try {
    for (let look = 0; attempt.status === "queued" && look < LOOKS; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      attempt = await read(attempt.id);
    }
    return attempt;
  } finally {
    // One that couldn't be deleted stands in the history, where it can be.
    forget(attempt.id).catch(() => undefined);
  }
}

function link(text: string, href: string, lang = "ja"): HTMLAnchorElement {
  const anchor = document.createElement("a");
  anchor.textContent = text;
  anchor.href = href;
  if (lang) anchor.lang = lang;
  return anchor;
}

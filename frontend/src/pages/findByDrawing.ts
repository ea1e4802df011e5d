/** Finds a character by drawing it. The attempt is deleted once it is read. */

import { type Attempt, deleteAttempt, newKey, Refusal, readAttempt, sendAttempt } from "../api";
import { drawInk, keepSharp, penWidth } from "../ink/draw";
import { begin, blank, extend, type Ink, isBlank, undo } from "../ink/ink";
import { listenToPen } from "../ink/pen";
import { explain, words } from "../words";

const THICKNESS = 2;
/** ms between two requests for a queued attempt, and the most requests. */
const PAUSE = 1000;
const MAX_REQUESTS = 30;

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
  /** Idempotency key of the ink: the same until an answer comes, so that a lost one leaves no attempt behind. */
  let key = newKey();
  let isSending = false;
  /** A stroke is being drawn. False on a full or locked paper, even if the pen is down. */
  let isDrawing = false;

  function put(next: Ink): void {
    if (next === ink) return;
    ink = next;
    key = newKey();
    paint();
  }

  function paint(): void {
    drawInk(canvas, ink, THICKNESS);
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
    isDrawing = false;
    paint();
    say(words.reading);
    const late = setTimeout(() => say(words.stillReading), 3000);
    const { width, height, strokes } = ink;
    try {
      const unsent = { ink: { width, height, strokes }, pen_width: penWidth(THICKNESS, { width, height }) };
      const attempt = await sendAttempt(unsent, key);
      key = newKey(); // the attempt with the old key will be deleted
      show(await readOnce(attempt));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(explain(error));
    } finally {
      clearTimeout(late);
      isSending = false;
      paint();
    }
  }

  function show(attempt: Attempt): void {
    const found = attempt.candidates.flatMap(({ character, lookalikes }) => [character, ...lookalikes]);
    say(messageFor(attempt));
    if (attempt.status !== "scored") return;
    tiles.replaceChildren(
      ...found.map((character) => {
        const item = document.createElement("li");
        item.append(link(character, `/characters/${encodeURIComponent(character)}/`));
        return item;
      }),
    );
    // The search takes kana or letters alone for a reading, but text with a kanji for its characters.
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
      isDrawing = ink !== before;
    },
    move: (tips) => isDrawing && put(extend(ink, tips)),
    up: () => {
      isDrawing = false;
    },
    cancel: () => {
      if (isDrawing) put(undo(ink));
      isDrawing = false;
    },
    erase: async (path) => {
      const loaded = await import("../ink/erase").catch(() => say(words.refusals.unreachable));
      if (loaded && !isSending) put(loaded.erase(ink, path));
    },
  });
  keepSharp(canvas, paint);
  buttons.undo.addEventListener("click", () => {
    isDrawing = false; // otherwise the pen, if it is down, would extend the stroke before
    put(undo(ink));
  });
  buttons.clear.addEventListener("click", () => {
    isDrawing = false;
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

function messageFor({ status, known, candidates }: Attempt): string {
  if (status === "queued") return words.drawing.late;
  if (status === "failed" || candidates.length === 0) return words.noCandidates;
  return known ? "" : words.drawing.nearest;
}

/** Wait until an attempt is scored, and delete it on the server. */
async function readOnce(sent: Attempt): Promise<Attempt> {
  let attempt = sent;
  try {
    for (let request = 0; attempt.status === "queued" && request < MAX_REQUESTS; request += 1) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      attempt = await readAttempt(sent.id);
    }
    return attempt;
  } finally {
    // If this fails, the attempt stays in the history, where it can be deleted.
    deleteAttempt(sent.id).catch(() => undefined);
  }
}

function link(text: string, href: string, lang = "ja"): HTMLAnchorElement {
  const anchor = document.createElement("a");
  anchor.textContent = text;
  anchor.href = href;
  if (lang) anchor.lang = lang;
  return anchor;
}

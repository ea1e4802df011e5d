/** Sends the squares as a line, and follows it until it is read. */

import { batch, signal } from "@preact/signals";
import { Refusal, type SentInk } from "../api";
import { penWidth } from "../ink/draw";
import { sendOrKeep } from "../state/outbox";
import { ink, lockPaper, markSent, stopDrawing, thickness } from "../state/paper";
import { dismissTrouble, showTrouble } from "../state/trouble";
import { GUEST, writer } from "../writer";
import type { Line, NewLine, Word } from "./api";
import * as api from "./api";
import {
  addWritten,
  canScore,
  direction,
  isOnePaper,
  isShown,
  keptAs,
  line,
  removeLine,
  session,
  setScored,
  showLine,
  task,
} from "./lines";
import type { Session, Task } from "./session";
import * as sessions from "./session";

/** Send the squares as a line; its result opens when it comes. */
export async function score(): Promise<void> {
  const before = session.value;
  const current = task.value;
  if (!before || !current || !canScore.value) return;
  stopDrawing();
  const squares = sessions.filledSquares(before, ink.value);
  dismissTrouble();
  lockPaper(true);
  try {
    const unsent = newLine(before, squares);
    const { key, sent } = await sendOrKeep(unsent, async (body, key, how) => {
      await addToPractice(current.word, how.timeout);
      return api.sendLine(body, key, how);
    });
    const id = sent?.id ?? key;
    batch(() => {
      markSent(id);
      addWritten(id, squares);
      isShown.value = false;
      if (sent) showLine(sent);
      else keptAs.value = key;
    });
    if (sent) follow(sent, sent.id);
  } catch (error) {
    showTrouble(error, score);
  } finally {
    lockPaper(false);
  }
}

function newLine({ kind, sawReference }: Session, squares: readonly SentInk[]): NewLine {
  const cells = squares.map(({ width, height, strokes }) => ({ width, height, strokes }));
  const unsent: NewLine = {
    kind,
    direction: direction.value,
    pen_width: penWidth(thickness.value, cells[0] as SentInk),
  };
  const { text, before, after } = task.value as Task;
  if (isOnePaper.value) unsent.line = cells[0];
  else unsent.cells = cells;
  if (text) unsent.text = text;
  if (before) unsent.before = before;
  if (after) unsent.after = after;
  if (sawReference) unsent.saw_reference = true;
  return unsent;
}

/** Add a new word to a learner's practice. If the server refuses it, the line still counts for its characters. */
async function addToPractice(word: Word | null, timeout?: number): Promise<void> {
  if (!word?.is_new || writer() === GUEST) return;
  await api.addWord(word.text, timeout).catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.status === 0) throw error;
  });
}

/** A line that waited under `key` has been sent. */
export function acceptSent(sent: Line, key: string): void {
  batch(() => {
    if (keptAs.value !== key) return;
    keptAs.value = "";
    showLine(sent);
  });
  follow(sent, key);
}

/** The server refused for good the line that waited under `key`: its ink, if still there, is unsent again. */
export function acceptRefused(key: string): void {
  batch(() => {
    removeLine(key);
    if (keptAs.value !== key) return;
    keptAs.value = "";
    markSent("");
  });
}

/** Pauses between two requests for a queued line, ms. */
const PAUSE = 500;
const LONGEST_PAUSE = 10_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** The server is out of reach while a line is queued. */
export const isUnreachable = signal(false);

/** Ask for a line until it is read. `id` is that under which the session knows it. */
export async function follow(sent: Line, id: string): Promise<void> {
  let latest = sent;
  for (let pause = PAUSE; latest.status === "queued"; pause = Math.min(pause * 1.4, LONGEST_PAUSE)) {
    await sleep(pause);
    try {
      latest = await api.readLine(sent.id);
      isUnreachable.value = false;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 404) {
        removeLine(id);
        return;
      }
      isUnreachable.value = true;
    }
  }
  batch(() => {
    if (line.value?.id === sent.id) showLine(latest);
    if (latest.status !== "scored") return;
    setScored(id, latest);
  });
}

/** Ask for a failed line again. */
export function sendAgain(): void {
  batch(() => {
    line.value = null;
    markSent("");
  });
  score();
}

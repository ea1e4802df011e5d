/** Deletes an attempt, and undoes that for ten seconds. */

import { batch, signal } from "@preact/signals";
import * as api from "../api";
import { type Attempt, Refusal } from "../api";
import type { Ink } from "../ink/ink";
import { UNDO_TIME } from "../undo";
import {
  addAttempt,
  closeResult,
  findAttempt,
  openResult,
  pollUntilScored,
  removeAttempt,
  shownId,
} from "./attempts";
import { ink, isOnPaper, putBack, takeNewSheet } from "./paper";
import { showTrouble } from "./trouble";

interface Deletion {
  attempt: Attempt;
  /** Its ink, if that was on the paper. */
  inkOnPaper: Ink | null;
}

/** The latest deletion, while it can be undone. */
export const deletion = signal<Deletion | null>(null);
let undoTimer: ReturnType<typeof setTimeout>;

const beingDeleted = new Set<string>();

/** Delete an attempt on the server, in the history and on the paper. */
export async function deleteAttempt(id: string): Promise<void> {
  if (beingDeleted.has(id)) return;
  beingDeleted.add(id);
  try {
    await deleteOnce(id);
  } finally {
    beingDeleted.delete(id);
  }
}

async function deleteOnce(id: string): Promise<void> {
  let canUndo = true;
  try {
    await api.deleteAttempt(id);
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 404))
      return showTrouble(error, () => deleteAttempt(id));
    canUndo = false; // it was gone already
  }
  const attempt = findAttempt(id);
  clearTimeout(undoTimer);
  batch(() => {
    const inkOnPaper = attempt && isOnPaper(attempt) ? ink.value : null;
    deletion.value = canUndo && attempt ? { attempt, inkOnPaper } : null;
    removeAttempt(id);
    if (inkOnPaper) takeNewSheet();
    if (shownId.value === id) closeResult();
  });
  undoTimer = setTimeout(() => {
    deletion.value = null;
  }, UNDO_TIME);
}

/** Undo the latest deletion: the attempt returns to its place in the history, and to the paper while that is empty. */
export async function undoDeletion(): Promise<void> {
  const undone = deletion.value;
  if (!undone) return;
  clearTimeout(undoTimer);
  deletion.value = null;
  try {
    const attempt = await api.restoreAttempt(undone.attempt.id);
    batch(() => {
      addAttempt(attempt);
      if (undone.inkOnPaper) putBack(undone.inkOnPaper, attempt.id);
      openResult(attempt.id);
    });
    pollUntilScored(attempt);
  } catch (error) {
    showTrouble(error, () => {
      deletion.value = undone;
      undoDeletion();
    });
  }
}

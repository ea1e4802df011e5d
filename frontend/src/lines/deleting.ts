/** Deletes the line whose result is shown, and undoes that for ten seconds. */

import { batch, signal } from "@preact/signals";
import { Refusal } from "../api";
import { dismissTrouble, showTrouble } from "../state/trouble";
import { UNDO_TIME } from "../undo";
import { deleteLine, type Kind, type Line, restoreLine } from "./api";
import { line, putBack, removeWritten, session } from "./lines";
import type { Written } from "./session";

interface Deletion {
  line: Line;
  /** The line in the session of the kind `of`. */
  written: Written;
  of: Kind;
}

/** The latest deletion, while it can be undone. */
export const deletion = signal<Deletion | null>(null);
let undoTimer: ReturnType<typeof setTimeout>;

/** Delete the line; its task can be written again. */
export async function remove(): Promise<void> {
  let canUndo = true;
  const deleted = line.value;
  const { kind: of, index, written } = session.value ?? {};
  const removed = written?.find(({ task }) => task === index);
  if (!deleted || !of || !removed) return;
  dismissTrouble();
  try {
    await deleteLine(deleted.id);
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 404)) return showTrouble(error, remove);
    canUndo = false; // it was gone already
  }
  clearTimeout(undoTimer);
  batch(() => {
    deletion.value = canUndo ? { line: deleted, written: removed, of } : null;
    if (line.value?.id === deleted.id) removeWritten();
  });
  undoTimer = setTimeout(() => {
    deletion.value = null;
  }, UNDO_TIME);
}

/** Undo the latest deletion: the line's result opens again, unless something else is written by now. */
export async function undo(): Promise<void> {
  const undone = deletion.value;
  if (!undone) return;
  clearTimeout(undoTimer);
  deletion.value = null;
  try {
    const restored = await restoreLine(undone.line.id);
    batch(() => putBack(restored, undone.written, undone.of));
  } catch (error) {
    showTrouble(error, () => {
      deletion.value = undone;
      undo();
    });
  }
}

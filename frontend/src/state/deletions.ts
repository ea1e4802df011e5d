/** Deletes what the server stores, and undoes that for ten seconds. */

import { batch, signal } from "@preact/signals";
import { Refusal } from "../api";
import { UNDO_TIME } from "../undo";
import { dismissTrouble, showTrouble } from "./trouble";

interface Stored<Restored, Place> {
  /** Deletes it on the server. */
  remove(id: string): Promise<void>;
  restore(id: string): Promise<Restored>;
  /** Takes what is deleted off the page. Returns its place there; null if it had none. */
  takeOff(id: string): Place | null;
  putBack(restored: Restored, place: Place): void;
}

interface Deletion<Place> {
  id: string;
  place: Place;
}

export function deletions<Restored, Place>(stored: Stored<Restored, Place>) {
  /** The latest deletion, while it can be undone. */
  const deletion = signal<Deletion<Place> | null>(null);
  const beingDeleted = new Set<string>();
  let undoTimer: ReturnType<typeof setTimeout>;

  async function remove(id: string): Promise<void> {
    if (beingDeleted.has(id)) return;
    beingDeleted.add(id);
    dismissTrouble();
    let canUndo = true;
    try {
      await stored.remove(id);
    } catch (error) {
      if (!(error instanceof Refusal && error.status === 404)) return showTrouble(error, () => remove(id));
      canUndo = false; // it was gone already
    } finally {
      beingDeleted.delete(id);
    }
    clearTimeout(undoTimer);
    batch(() => {
      const place = stored.takeOff(id);
      deletion.value = canUndo && place ? { id, place } : null;
    });
    undoTimer = setTimeout(() => {
      deletion.value = null;
    }, UNDO_TIME);
  }

  async function undo(): Promise<void> {
    const undone = deletion.value;
    if (!undone) return;
    clearTimeout(undoTimer);
    deletion.value = null;
    await restore(undone);
  }

  async function restore(undone: Deletion<Place>): Promise<void> {
    try {
      const restored = await stored.restore(undone.id);
      batch(() => stored.putBack(restored, undone.place));
    } catch (error) {
      showTrouble(error, () => restore(undone));
    }
  }

  return { deletion, remove, undo };
}

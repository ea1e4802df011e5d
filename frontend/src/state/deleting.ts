/** Deletes attempts: on the server, in the history and on the paper. */

import * as api from "../api";
import {
  addAttempt,
  closeResult,
  findAttempt,
  openResult,
  pollUntilScored,
  removeAttempt,
  shownId,
} from "./attempts";
import { deletions } from "./deletions";
import { ink, isOnPaper, putBack, takeNewSheet } from "./paper";

export const {
  deletion,
  remove: deleteAttempt,
  undo: undoDeletion,
} = deletions({
  remove: api.deleteAttempt,
  restore: api.restoreAttempt,
  takeOff(id) {
    const attempt = findAttempt(id);
    const inkOnPaper = attempt && isOnPaper(attempt) ? ink.value : null;
    removeAttempt(id);
    if (inkOnPaper) takeNewSheet();
    if (shownId.value === id) closeResult();
    return attempt ? { inkOnPaper } : null;
  },
  /** The ink returns to the paper while that is empty. */
  putBack(attempt, { inkOnPaper }) {
    addAttempt(attempt);
    if (inkOnPaper) putBack(inkOnPaper, attempt.id);
    openResult(attempt.id);
    pollUntilScored(attempt);
  },
});

/** Deletes lines: on the server and in their sessions. */

import { deletions } from "../state/deletions";
import { deleteLine, restoreLine } from "./api";
import { putBackLine, removeLine } from "./lines";

export const { deletion, remove, undo } = deletions({
  remove: deleteLine,
  restore: restoreLine,
  takeOff: removeLine,
  putBack: putBackLine,
});

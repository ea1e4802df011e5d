import { UNDO_TIME } from "../undo";

/** Remove the offer to undo a deletion once that is no longer possible. */
export function removeInTime(notice: HTMLElement): void {
  setTimeout(() => notice.remove(), UNDO_TIME);
}

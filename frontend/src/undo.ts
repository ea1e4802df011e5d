/** How long the pages offer to undo a deletion, ms. */
export const UNDO_TIME = 10_000;

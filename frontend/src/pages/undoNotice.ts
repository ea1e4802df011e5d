/** What was forgotten comes back for ten seconds; after that, nothing offers it any more. */
export function takeAway(undo: HTMLElement): void {
  setTimeout(() => undo.remove(), 10_000);
}

/**
 * The paper: its ink with undo and redo, and the tools that were chosen for it.
 *
 * Once its ink has been sent, the paper carries the id of the attempt until a new sheet is taken.
 */

import { batch, computed, effect, signal } from "@preact/signals";
import type { Attempt } from "../api";
import type { Thickness } from "../ink/draw";
import { begin, blank, extend, type Ink, isBlank, isFull, type Limits, type Tip, undo } from "../ink/ink";
import { isIn, isScript, type Script } from "../scripts";
import { isText, persistent, recall, remember, thisTab } from "../storage";
import { closeResult, openResult, shownId } from "./attempts";
import { showUnreachable } from "./trouble";

// ── The tools ───────────────────────────────────────────────────────────────

/** The guide lines of the paper. */
export const GUIDES = ["cross", "diagonal", "plain"] as const;
export type Guides = (typeof GUIDES)[number];

const isThickness = (value: unknown): value is Thickness => [0, 1, 2, 3, 4].includes(value as number);
const isGuides = (value: unknown): value is Guides => GUIDES.includes(value as Guides);

export const thickness = signal<Thickness>(recall<Thickness>(persistent, "thickness", 2, isThickness));
export const guides = signal<Guides>(recall<Guides>(persistent, "guides", "cross", isGuides));
/** The character to practise, or "" to write freely. A forgotten one would spoil the scores of another day. */
export const practised = signal(recall(thisTab, "practised", "", isText));
const chosenScript = signal<Script>(recall<Script>(persistent, "script", "all", isScript));
/** The script that is shown and sent. It is "all" while the practised character isn't of the chosen script. */
export const script = computed(() =>
  isIn(chosenScript.value, practised.value) ? chosenScript.value : "all",
);

effect(() => remember(persistent, "thickness", thickness.value));
effect(() => remember(persistent, "guides", guides.value));
effect(() => remember(thisTab, "practised", practised.value));
effect(() => remember(persistent, "script", chosenScript.value));

export function chooseThickness(chosen: Thickness): void {
  thickness.value = chosen;
}

export function nextGuides(): void {
  guides.value = GUIDES[(GUIDES.indexOf(guides.value) + 1) % GUIDES.length] as Guides;
}

export function chooseScript(chosen: Script): void {
  chosenScript.value = chosen;
}

/** Choose the character to practise; "" to write freely. */
export function practise(character: string): void {
  practised.value = character;
}

// ── The ink ─────────────────────────────────────────────────────────────────

/** Each page with a paper stores its own ink. */
const INK = `ink ${location.pathname}`;
const isInk = (value: unknown): value is Ink =>
  typeof value === "object" && value !== null && Array.isArray((value as Ink).strokes);

export const ink = signal<Ink>(recall(thisTab, INK, blank, isInk));
/** Changes less often than the ink, which changes with every point. */
export const strokeCount = computed(() => ink.value.strokes.length);
/** What the paper takes; undefined: one character. */
export const limits = signal<Limits | undefined>(undefined);
export const paperIsFull = computed(() => isFull(ink.value, limits.value));
/** The id of the attempt that the ink has become, or its key while it waits to be sent; "" for unsent ink. */
export const attemptId = signal("");
export const isSent = computed(() => attemptId.value !== "");
export const isOnPaper = (attempt: Attempt): boolean => attempt.id === attemptId.value;
/** An attempt is being sent, and the paper can't change. */
export const isSending = signal(false);

/** The ink before each `clear` and `eraseStrokes`, the latest last, until the next stroke. */
const removed = signal<readonly Ink[]>([]);
/** The strokes that `undoStroke` removed, the latest last, until the next stroke. */
const undone = signal<readonly Ink[]>([]);

const isEditable = computed(() => !isSending.value && !isSent.value);
export const canScore = computed(() => !isBlank(ink.value) && isEditable.value);
export const canUndo = computed(() => isEditable.value && (!isBlank(ink.value) || removed.value.length > 0));
export const canRedo = computed(() => isEditable.value && undone.value.length > 0);
export const canClear = computed(() => strokeCount.value > 0 && !isSending.value);

/** A stroke is being drawn. False on a full or locked paper, even if the pen is down. */
let isDrawing = false;
/** Restores the paper as it was before the stroke that is being drawn. */
let revertStroke = (): void => {};

/** The pen touches the paper. After a result this begins a new attempt. */
export function beginStroke(tip: Tip, area: { width: number; height: number }): void {
  if (isSending.value) return;
  clearTimeout(storing);
  revertStroke = snapshot();
  batch(() => {
    if (isSent.value) takeNewSheet();
    closeResult();
    removed.value = [];
    undone.value = [];
    const before = ink.value;
    ink.value = begin(before, tip, area, limits.value);
    isDrawing = ink.value !== before;
  });
}

export function extendStroke(tips: readonly Tip[]): void {
  if (isDrawing) ink.value = extend(ink.value, tips, limits.value);
}

export function endStroke(): void {
  stopDrawing();
  storeUnsentSoon();
}

/** The touch was a palm: restore the ink and the result as they were before it. */
export function cancelStroke(): void {
  batch(revertStroke);
  endStroke();
}

/** End the stroke that is being drawn, even if the pen is still down. */
export function stopDrawing(): void {
  isDrawing = false;
  revertStroke = () => {};
}

/** A function that restores the paper and the open result as they are now. */
function snapshot(): () => void {
  const before = {
    ink: ink.peek(),
    removed: removed.peek(),
    undone: undone.peek(),
    attemptId: attemptId.peek(),
    shownId: shownId.peek(),
  };
  return () => {
    ink.value = before.ink;
    removed.value = before.removed;
    undone.value = before.undone;
    attemptId.value = before.attemptId;
    openResult(before.shownId);
  };
}

/** Remove the strokes that the eraser touches along `path`. What is left of a sent attempt is unsent ink. */
export async function eraseStrokes(path: readonly Tip[]): Promise<void> {
  const loaded = await import("../ink/erase").catch(() => showUnreachable());
  const left = loaded ? loaded.erase(ink.value, path) : ink.value;
  if (isSending.value || left === ink.value) return;
  batch(() => {
    removed.value = [...removed.value, ink.value];
    undone.value = [];
    ink.value = left;
    attemptId.value = "";
    closeResult();
  });
  storeUnsentSoon();
}

/** Remove the last stroke, or bring back what was cleared or erased. */
export function undoStroke(): void {
  if (!canUndo.value) return;
  stopDrawing(); // otherwise the pen, if it is down, would extend the stroke before
  batch(() => {
    undone.value = [...undone.value, ink.value];
    ink.value = removed.value.at(-1) ?? undo(ink.value);
    removed.value = removed.value.slice(0, -1);
  });
  storeUnsent();
}

/** Bring back what was undone last. */
export function redoStroke(): void {
  const next = undone.value.at(-1);
  if (!canRedo.value || !next) return;
  batch(() => {
    // Ink with fewer strokes is what a clear or the eraser left.
    if (next.strokes.length < ink.value.strokes.length) removed.value = [...removed.value, ink.value];
    ink.value = next;
    undone.value = undone.value.slice(0, -1);
  });
  storeUnsent();
}

/** Clear the paper. Undo brings unsent ink back. */
export function clear(): void {
  if (isSending.value) return;
  stopDrawing();
  batch(() => {
    if (!isBlank(ink.value)) removed.value = isSent.value ? [] : [...removed.value, ink.value];
    takeNewSheet();
    closeResult();
  });
  storeUnsent();
}

/** Take a new sheet, or one with the ink `other`; undo doesn't bring the old one back. */
export function discardSheet(other: Ink = blank): void {
  stopDrawing(); // otherwise the pen, if it is down, would extend a stroke of `other`
  batch(() => {
    takeNewSheet();
    ink.value = other;
    removed.value = [];
    closeResult();
  });
  storeUnsent();
}

export function takeNewSheet(): void {
  ink.value = blank;
  undone.value = [];
  attemptId.value = "";
}

// ── Sending and deleting ────────────────────────────────────────────────────

/** Lock the paper while an attempt is being sent, or unlock it. */
export function lockPaper(isLocked: boolean): void {
  isSending.value = isLocked;
}

/** The ink has become the attempt `id`, or waits to be sent under the key `id`; "" makes it unsent ink again. */
export function markSent(id: string): void {
  attemptId.value = id;
  storeUnsent();
}

/** Put the ink of an attempt back on the paper if that is empty. */
export function putBack(inkOfAttempt: Ink, id: string): void {
  if (!isBlank(ink.value)) return;
  ink.value = inkOfAttempt;
  attemptId.value = id;
}

// ── Storage ─────────────────────────────────────────────────────────────────

/** ms. A pen that is lifted for less is about to begin the next stroke, and storing would delay its line. */
const REST = 300;
let storing: ReturnType<typeof setTimeout> | undefined;

/** Store unsent ink, so that it survives a reload. */
function storeUnsent(): void {
  clearTimeout(storing);
  storing = undefined;
  remember(thisTab, INK, isSent.value ? blank : ink.value);
}

/** Store unsent ink once the pen rests, or when the page is left. */
function storeUnsentSoon(): void {
  clearTimeout(storing);
  storing = setTimeout(storeUnsent, REST);
}

addEventListener("pagehide", () => {
  if (storing !== undefined) storeUnsent();
});

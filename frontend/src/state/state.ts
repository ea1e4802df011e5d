/** What the page knows, and the functions that change it. */

import { batch, computed, effect, signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import * as api from "../api";
import { type Attempt, Refusal } from "../api";
import { penWidth, type Thickness } from "../ink/draw";
import { begin, blank, extend, type Ink, isBlank, isFull, type Tip, undo } from "../ink/ink";
import { isIn, SCRIPTS, type Script } from "../scripts";
import { always, isText, recall, remember, thisTab } from "../storage";
import { plainly } from "../words";
import { ANYBODY, writer } from "../writer";

const isThickness = (value: unknown): value is Thickness => [0, 1, 2, 3, 4].includes(value as number);
const isScript = (value: unknown): value is Script => SCRIPTS.includes(value as Script);
const isGuides = (value: unknown): value is Guides => GUIDES.includes(value as Guides);
const isInk = (value: unknown): value is Ink =>
  typeof value === "object" && value !== null && Array.isArray((value as Ink).strokes);
const isSentBefore = (value: unknown): value is { body: string; key: string } =>
  typeof value === "object" && value !== null && isText((value as { key: unknown }).key);

/** The guide lines of the paper. */
export const GUIDES = ["cross", "diagonal", "plain"] as const;
export type Guides = (typeof GUIDES)[number];

// ── The writing area ────────────────────────────────────────────────────────

/** Every page that has a paper keeps its own. */
const INK = `ink ${location.pathname}`;
/** What is on the paper. */
export const ink = signal<Ink>(recall(thisTab, INK, blank, isInk));
export const thickness = signal<Thickness>(recall<Thickness>(always, "thickness", 2, isThickness));
/** How many strokes are on the paper: changes less often than the ink, which changes with every point. */
export const strokeCount = computed(() => ink.value.strokes.length);
export const sheetIsFull = computed(() => isFull(ink.value));
export const guides = signal<Guides>(recall<Guides>(always, "guides", "cross", isGuides));
/** The character to practise, or "" to write freely. */
export const practised = signal(recall(always, "practised", "", isText));
/** What the writer says will be written. */
export const chosenScript = signal<Script>(recall<Script>(always, "script", "all", isScript));
/**
 * The script that is shown as chosen and sent. A practised character says more exactly what will be written, so a choice
 * that it isn't of steps back for it: in sight, since what is sent should be what is shown, and not for good.
 */
export const script = computed(() =>
  isIn(chosenScript.value, practised.value) ? chosenScript.value : "all",
);

/** The attempt that the ink on the paper has become, or will: then its key. "" while it is still the visitor's alone. */
const inkIsAttempt = signal("");
export const isSent = computed(() => inkIsAttempt.value !== "");
export const isOnPaper = (attempt: Attempt): boolean => attempt.id === inkIsAttempt.value;
/** The ink is on its way to the server, and the paper is held still. */
export const isSending = signal(false);
export const canScore = computed(() => !isBlank(ink.value) && !isSent.value && !isSending.value);
export const canUndo = computed(
  () => !isSending.value && !isSent.value && !(isBlank(ink.value) && isBlank(cleared.value)),
);
/** Changes less often than the number of strokes: the tools needn't be drawn anew for each. */
export const canClear = computed(() => strokeCount.value > 0 && !isSending.value);
/** What `clear` took away, until the next stroke. */
const cleared = signal<Ink>(blank);
/** What `undoStroke` took back, the latest last, until the next stroke. */
const undone = signal<readonly Ink[]>([]);
export const canRedo = computed(() => !isSending.value && !isSent.value && undone.value.length > 0);

effect(() => remember(always, "thickness", thickness.value));
effect(() => remember(always, "guides", guides.value));
effect(() => remember(always, "practised", practised.value));
effect(() => remember(always, "script", chosenScript.value));

/** A writing that wasn't sent survives a reload. */
function keepUnsent(): void {
  clearTimeout(resting);
  resting = undefined;
  remember(thisTab, INK, isSent.value ? blank : ink.value);
}

/** A hand that lifts the pen for less is on its way to the next stroke: every millisecond is the line's. ms */
const REST = 300;
let resting: ReturnType<typeof setTimeout> | undefined;

/** Once the pen rests, or the page goes. */
function keepUnsentSoon(): void {
  clearTimeout(resting);
  resting = setTimeout(keepUnsent, REST);
}

addEventListener("pagehide", () => {
  if (resting !== undefined) keepUnsent();
});

/** A stroke is being written. Not so when the paper is full or held still, whatever the pen does. */
let isWriting = false;
/** Puts everything back as it was before the stroke that is being written. */
let takeStrokeBack = (): void => {};

/** The pen touches the paper. After a result this starts the next writing. */
export function beginStroke(tip: Tip, area: { width: number; height: number }): void {
  if (isSending.value) return;
  clearTimeout(resting);
  takeStrokeBack = howItIs();
  batch(() => {
    if (isSent.value) takeNewSheet();
    closeResult();
    cleared.value = blank;
    undone.value = [];
    const before = ink.value;
    ink.value = begin(before, tip, area);
    isWriting = ink.value !== before;
  });
}

export function extendStroke(tips: readonly Tip[]): void {
  if (isWriting) ink.value = extend(ink.value, tips);
}

export function endStroke(): void {
  stopWriting();
  keepUnsentSoon();
}

/** It was a palm: what lay there is there again, a result too. */
export function cancelStroke(): void {
  batch(takeStrokeBack);
  endStroke();
}

function stopWriting(): void {
  isWriting = false;
  takeStrokeBack = () => {};
}

/** Puts everything back as it is now. */
function howItIs(): () => void {
  const was = {
    ink: ink.peek(),
    cleared: cleared.peek(),
    undone: undone.peek(),
    inkIsAttempt: inkIsAttempt.peek(),
    shownId: shownId.peek(),
  };
  return () => {
    ink.value = was.ink;
    cleared.value = was.cleared;
    undone.value = was.undone;
    inkIsAttempt.value = was.inkIsAttempt;
    shownId.value = was.shownId;
  };
}

/** Take the last stroke back, or bring back what was cleared. */
export function undoStroke(): void {
  if (!canUndo.value) return;
  stopWriting(); // else the pen, if it is down, would lead the stroke before on
  batch(() => {
    undone.value = [...undone.value, ink.value];
    ink.value = isBlank(ink.value) ? cleared.value : undo(ink.value);
    cleared.value = blank;
  });
  keepUnsent();
}

/** Put back what was last taken back. */
export function redoStroke(): void {
  const next = undone.value.at(-1);
  if (!canRedo.value || !next) return;
  batch(() => {
    // Only a cleared sheet is taken back as a blank one.
    cleared.value = isBlank(next) ? ink.value : blank;
    ink.value = next;
    undone.value = undone.value.slice(0, -1);
  });
  keepUnsent();
}

/** The next kind of guide lines. */
export function changeGuides(): void {
  guides.value = GUIDES[(GUIDES.indexOf(guides.value) + 1) % GUIDES.length] as Guides;
}

/** Empty the paper. */
export function clear(): void {
  if (isSending.value) return;
  batch(() => {
    if (!isBlank(ink.value)) cleared.value = isSent.value ? blank : ink.value;
    takeNewSheet();
    closeResult();
  });
  keepUnsent();
}

/** Lay a fresh sheet, and put the one before away for good. */
export function turnSheet(): void {
  batch(() => {
    takeNewSheet();
    cleared.value = blank;
    closeResult();
  });
  keepUnsent();
}

function takeNewSheet(): void {
  ink.value = blank;
  undone.value = [];
  inkIsAttempt.value = "";
}

// ── Attempts ────────────────────────────────────────────────────────────────

/** All that are known here, newest first: the one copy of each. */
export const attempts = signal<readonly Attempt[]>([]);
export const history = signal<"loading" | "loaded" | "failed">("loading");
/** Where older attempts are, if there are any. */
export const older = signal<string | null>(null);

const shownId = signal("");
/** The attempt whose result is open. */
export const shown = computed(() => attempts.value.find(({ id }) => id === shownId.value) ?? null);
/** The character just tapped, until its score is here. */
export const choosing = signal("");
/** Waiting for a queued attempt, and the server can't be reached. */
export const isUnreachable = signal(false);
/** What went wrong, in plain words, and what would try it again. */
export interface Trouble {
  text: string;
  again?: () => void;
  /** `again` loads the page anew. */
  needsReload?: boolean;
}
export const trouble = signal<Trouble | null>(null);

export function show(id: string): void {
  batch(() => {
    shownId.value = id;
    trouble.value = null;
  });
}

export const closeResult = (): void => show("");

/** Takes writings that can't be sent now, and sends them later. */
export interface Later {
  /** Some wait in it, and the next one may not overtake them. */
  isWaiting(): boolean;
  /** False where the browser has no room. */
  keep(writing: api.Writing, key: string): Promise<boolean>;
}
/** Only the writing page has one, a moment after it has opened; `bring` has it come at once. */
export const later: { box: Later | null; bring(): Promise<void> } = { box: null, bring: async () => {} };
/** So long a writing may hold the paper where it can be left to `later`. ms; the server itself waits 2 s for a score */
const SLOW = 6000;
/** What there is to say of the connection, and of what waits for it. */
export const connection = signal<ComponentChild>(null);
/** The ink on the paper waits to be sent. */
export const isKept = computed(() => isSent.value && !attempts.value.some(isOnPaper));

/** The server will never take the writing that waited under this key: its paper is the writer's own again. */
export function takeBack(key: string): void {
  if (inkIsAttempt.value !== key) return;
  inkIsAttempt.value = "";
  keepUnsent();
}

/** A writing that waited has become an attempt. */
export function arrive(attempt: Attempt, key: string): void {
  batch(() => {
    add(attempt);
    if (inkIsAttempt.value === key) {
      inkIsAttempt.value = attempt.id;
      show(attempt.id);
    }
  });
  follow(attempt);
}

/** Send what is on the paper; its result opens when it comes. */
export const score = (): Promise<void> =>
  sendPaper(practised.value, script.value === "all" ? [] : [script.value], score);

/** Send what is on the paper as a writing of `target`, once `first` is done; `again` tries it again. */
export async function sendPaper(
  target: string,
  scripts: readonly string[],
  again: () => void,
  first?: () => Promise<unknown>,
): Promise<void> {
  if (!canScore.value) return;
  stopWriting();
  const id = await send(asWriting(ink.value, target, scripts), again, first);
  if (!id) return;
  inkIsAttempt.value = id;
  keepUnsent();
}

/** Send an attempt that couldn't be read once more, as a new one; what is on the paper stays there. */
export async function sendAgain(attempt: Attempt): Promise<void> {
  if (!attempt.ink || isSending.value) return;
  const wasOnPaper = isOnPaper(attempt);
  const next = await send(asWriting(attempt.ink, attempt.target, attempt.scripts), () => sendAgain(attempt));
  if (next && wasOnPaper) inkIsAttempt.value = next;
}

function asWriting(
  { width, height, strokes }: api.SentInk,
  target: string | null,
  scripts: readonly string[],
): api.Writing {
  const writing: api.Writing = {
    ink: { width, height, strokes },
    pen_width: penWidth(thickness.value, width),
  };
  if (target) writing.target = target;
  if (scripts.length) writing.scripts = scripts;
  return writing;
}

/**
 * The id of the attempt that the writing became, and it is open; or the writing's key, and it is kept for later; or "",
 * and the trouble is shown with `again` as the way on.
 */
async function send(
  writing: api.Writing,
  again: () => void,
  first?: () => Promise<unknown>,
): Promise<string> {
  batch(() => {
    isSending.value = true;
    closeResult();
  });
  try {
    await first?.();
    const key = keyFor(writing);
    const attempt = await sendNow(writing, key);
    forgetKey();
    if (!attempt) return key;
    batch(() => {
      add(attempt);
      show(attempt.id);
    });
    follow(attempt);
    return attempt.id;
  } catch (error) {
    complain(error, again);
    return "";
  } finally {
    isSending.value = false;
  }
}

/** Null where it is left to `later` instead. Throws a Refusal. */
async function sendNow(writing: api.Writing, key: string): Promise<Attempt | null> {
  if (later.box?.isWaiting() && (await later.box.keep(writing, key))) return null;
  try {
    return await api.send(writing, key, { writer: signedIn(), patience: later.box ? SLOW : undefined });
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 0)) throw error;
    await later.bring();
    if (await later.box?.keep(writing, key)) return null;
    throw error;
  }
}

/** Who has signed in: what they write becomes nobody else's, whatever has happened to their session. */
function signedIn(): string | undefined {
  const me = writer();
  return me === ANYBODY ? undefined : me;
}

let lastSent = recall<{ body: string; key: string } | null>(thisTab, "sent", null, isSentBefore);

/** The same key as long as the same writing is tried again, also after a reload that came before the answer. */
function keyFor(writing: api.Writing): string {
  const body = JSON.stringify(writing);
  if (lastSent?.body !== body) {
    lastSent = { body, key: api.newKey() };
    remember(thisTab, "sent", lastSent);
  }
  return lastSent.key;
}

function forgetKey(): void {
  lastSent = null;
  remember(thisTab, "sent", null);
}

/** Say which character was meant; the score follows. */
export async function mean(id: string, character: string): Promise<void> {
  if (choosing.value) return;
  choosing.value = character;
  trouble.value = null;
  try {
    const attempt = await api.mean(id, character);
    keep(attempt);
    follow(attempt);
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) await refresh(id);
    else complain(error, () => mean(id, character));
  } finally {
    choosing.value = "";
  }
}

/** Scores from here on may be shown as examples, and those below there are shown how a high one is written. */
export const EXEMPLARY = 80;
export const POOR = 60;

export const canBeExample = ({ score, ink, exemplar }: Attempt): boolean =>
  exemplar !== null || (ink !== null && (score?.legibility ?? 0) >= EXEMPLARY);

/** The attempt whose showing is being changed; "" when none is. */
export const changing = signal("");

/** Offer an attempt as an example, or take it back. */
export async function showAsExample(id: string, isShown: boolean): Promise<void> {
  if (changing.value) return;
  changing.value = id;
  trouble.value = null;
  try {
    if (isShown) keep(await api.offer(id));
    else {
      await api.withdraw(id);
      const attempt = attempts.value.find((one) => one.id === id);
      if (attempt) keep({ ...attempt, exemplar: null });
    }
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) await refresh(id);
    else complain(error, () => showAsExample(id, isShown));
  } finally {
    changing.value = "";
  }
}

/** How long what was forgotten can be brought back, ms. */
const REGRET = 10_000;
/** The attempt that was just forgotten, as long as it can be brought back. */
export const forgotten = signal<{ attempt: Attempt; at: number; wasOnPaper: Ink | null } | null>(null);
let regret: ReturnType<typeof setTimeout>;

const going = new Set<string>();

/** Delete an attempt, here and on the server. */
export async function forget(id: string): Promise<void> {
  if (going.has(id)) return;
  going.add(id);
  try {
    await forgetOnce(id);
  } finally {
    going.delete(id);
  }
}

async function forgetOnce(id: string): Promise<void> {
  let canRestore = true;
  try {
    await api.forget(id);
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 404)) return complain(error, () => forget(id));
    canRestore = false;
  }
  const at = attempts.value.findIndex((attempt) => attempt.id === id);
  const attempt = attempts.value[at];
  clearTimeout(regret);
  batch(() => {
    const wasOnPaper = inkIsAttempt.value === id ? ink.value : null;
    forgotten.value = canRestore && attempt ? { attempt, at, wasOnPaper } : null;
    drop(id);
    if (wasOnPaper) takeNewSheet();
    if (shownId.value === id) closeResult();
  });
  regret = setTimeout(() => {
    forgotten.value = null;
  }, REGRET);
}

/** Bring back the attempt that was just forgotten: to where it stood, and to the paper while that is empty. */
export async function restore(): Promise<void> {
  const back = forgotten.value;
  if (!back) return;
  clearTimeout(regret);
  forgotten.value = null;
  try {
    const attempt = await api.restore(back.attempt.id);
    batch(() => {
      attempts.value = [...attempts.value.slice(0, back.at), attempt, ...attempts.value.slice(back.at)];
      if (back.wasOnPaper && isBlank(ink.value)) {
        ink.value = back.wasOnPaper;
        inkIsAttempt.value = attempt.id;
      }
      show(attempt.id);
    });
    follow(attempt);
  } catch (error) {
    complain(error, () => {
      forgotten.value = back;
      restore();
    });
  }
}

/** Load the newest attempts, or those after the ones that are here. */
export async function loadHistory(): Promise<void> {
  history.value = "loading";
  try {
    const page = await api.list(older.value ?? undefined);
    const known = new Set(attempts.value.map(({ id }) => id));
    batch(() => {
      attempts.value = [...attempts.value, ...page.results.filter(({ id }) => !known.has(id))];
      older.value = page.next;
      history.value = "loaded";
    });
    page.results.forEach(follow);
  } catch {
    history.value = "failed";
  }
}

/** Put an attempt in front; where it is here already, over its former self. */
function add(attempt: Attempt): void {
  if (attempts.value.some(({ id }) => id === attempt.id)) keep(attempt);
  else attempts.value = [attempt, ...attempts.value];
}

/** Put an attempt over its former self. One that was deleted while its answer was on the way stays so. */
function keep(attempt: Attempt): void {
  attempts.value = attempts.value.map((other) => (other.id === attempt.id ? attempt : other));
}

function drop(id: string): void {
  attempts.value = attempts.value.filter((attempt) => attempt.id !== id);
}

async function refresh(id: string): Promise<void> {
  try {
    keep(await api.read(id));
  } catch (error) {
    complain(error, () => refresh(id));
  }
}

const followed = new Set<string>();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ask for a queued attempt every second until it is scored, more rarely while the server can't be reached. */
async function follow({ id, status }: Attempt): Promise<void> {
  if (status !== "queued" || followed.has(id)) return;
  followed.add(id);
  let wait = 1000;
  for (;;) {
    await pause(wait);
    if (!attempts.value.some((attempt) => attempt.id === id)) break;
    try {
      const attempt = await api.read(id);
      isUnreachable.value = false;
      keep(attempt);
      wait = 1000;
      if (attempt.status !== "queued") break;
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) {
        drop(id);
        break;
      }
      isUnreachable.value = true;
      wait = Math.min(wait * 2, 10_000);
    }
  }
  followed.delete(id);
  isUnreachable.value = false;
}

/** The page no longer knows who is signed in. */
const NEEDS_RELOAD = new Set(["another_writer", "not_authenticated", "permission_denied"]);

function complain(error: unknown, again: () => void): void {
  if (!(error instanceof Refusal)) throw error;
  if (NEEDS_RELOAD.has(error.code)) {
    trouble.value = { text: plainly(error), again: () => location.reload(), needsReload: true };
    return;
  }
  // Trying the same again mends a connection or a busy server, not a refused writing.
  const mayWork = error.status === 0 || error.status === 429 || error.status >= 500;
  trouble.value = { text: plainly(error), again: mayWork ? again : undefined };
}

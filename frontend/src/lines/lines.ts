/** The page's state: a session of each kind, its squares, and the line that they have become. The paper is that of state/paper.ts. */

import { batch, computed, effect, signal } from "@preact/signals";
import { Refusal, type SentInk } from "../api";
import { isBlank } from "../ink/ink";
import { MAX_LINE_POINTS, MAX_LINE_STROKES } from "../limits.generated";
import { discardSheet, ink, isSending, limits, stopDrawing, strokeCount } from "../state/paper";
import { dismissTrouble, showTrouble } from "../state/trouble";
import { isFlag, isText, persistent, recall, remember, thisTab } from "../storage";
import { explain } from "../words";
import { writer } from "../writer";
import type { Direction, Kind, Line } from "./api";
import * as api from "./api";
import * as sessions from "./session";
import { type Session, type Task, taskOn, type Written } from "./session";
import { words } from "./words";

export const KINDS = ["dictation", "cloze", "free", "own"] as const satisfies readonly Kind[];
/** Words of a session. */
const WORDS = 10;

const isKind = (value: unknown): value is Kind => KINDS.includes(value as Kind);
const isDirection = (value: unknown): value is Direction => value === "horizontal" || value === "vertical";

export const kind = signal<Kind>(recall<Kind>(persistent, "line kind", "dictation", isKind));
export const direction = signal<Direction>(
  recall<Direction>(persistent, "direction", "horizontal", isDirection),
);
/** A free line is written on one wide paper, and split into characters as it is read. */
const prefersOnePaper = signal(recall(persistent, "one paper", false, isFlag));

effect(() => remember(persistent, "line kind", kind.value));
effect(() => remember(persistent, "direction", direction.value));
effect(() => remember(persistent, "one paper", prefersOnePaper.value));

export const isOnePaper = computed(() => kind.value === "free" && prefersOnePaper.value);

effect(() => {
  limits.value = isOnePaper.value ? { strokes: MAX_LINE_STROKES, points: MAX_LINE_POINTS } : undefined;
});

// ── The session ─────────────────────────────────────────────────────────────

type Sessions = Readonly<Partial<Record<Kind, Session>>>;

const all = signal<Sessions>({});
/** The session of the chosen kind; null until its words are loaded or its text is chosen. */
export const session = computed(() => all.value[kind.value] ?? null);
export const task = computed(() => session.value && taskOn(session.value));

/** Why the words couldn't be loaded; "" otherwise. */
export const failure = signal("");
/** The line that the squares have become. */
export const line = signal<Line | null>(null);
/** The direction of the line that is shown, or in which the next one is written. */
export const shownDirection = computed(() => line.value?.direction ?? direction.value);
/** The photograph that the line was read from; null for ink. */
export const photo = signal<HTMLCanvasElement | null>(null);
/** The key under which that line waits in the outbox; "" if it doesn't. */
export const keptAs = signal("");
/** Index of the character whose result is shown. */
export const selected = signal(0);
/** The characters of the pasted text that can't be read. */
export const unreadable = signal<readonly string[]>([]);

export const stage = computed(() => {
  if (!session.value) return kind.value === "own" ? "text" : "loading";
  if (sessions.isOver(session.value)) return "summary";
  if (isSending.value) return "sending";
  if (line.value) return "result";
  return keptAs.value ? "kept" : "writing";
});
export type Stage = typeof stage.value;

export const mayWrite = (): boolean => stage.value === "writing";

function setSession(next: Session | undefined, of: Kind = kind.value): void {
  all.value = { ...all.value, [of]: next };
}

/** Change the current session. */
function change(changed: (session: Session) => Session): void {
  if (session.value) setSession(changed(session.value));
}

/** Show what belongs to the chosen session's current task: its square on the paper, and no result. */
function showTask(): void {
  batch(() => {
    line.value = null;
    photo.value = null;
    keptAs.value = "";
    selected.value = 0;
    isShown.value = false;
    const { squares, current } = session.value ?? {};
    discardSheet(squares?.[current ?? 0]);
    dismissTrouble();
  });
}

/** Keep what is on the paper in its square, or move on if it has become a line. */
function leaveTask(): void {
  change((one) =>
    line.value || keptAs.value ? sessions.next(one) : sessions.goTo(one, ink.value, one.current),
  );
}

export function chooseKind(chosen: Kind): void {
  if (isSending.value || chosen === kind.value) return;
  batch(() => {
    leaveTask();
    kind.value = chosen;
    showTask();
  });
  load();
}

export function turnLine(): void {
  direction.value = direction.value === "horizontal" ? "vertical" : "horizontal";
}

/** Nothing is written yet, so that the paper may be exchanged for another, or for a photograph. */
export const isEmpty = computed(() => strokeCount.value === 0 && (session.value?.squares.length ?? 0) <= 1);

export function chooseOnePaper(isChosen: boolean): void {
  if (isEmpty.value) prefersOnePaper.value = isChosen;
}

const listId = (): string => new URLSearchParams(location.search).get("list") ?? "";

/** Load the words of the chosen kind, if it has none yet. */
export async function load(): Promise<void> {
  const wanted = kind.value;
  failure.value = "";
  if (session.value || wanted === "own") return;
  if (wanted === "free") return setSession(sessions.beginFreely());
  try {
    const found = await api.wordsToWrite(WORDS, listId());
    const tasks = found.map((word) => sessions.taskOf(word, wanted));
    if (!all.value[wanted]) setSession(sessions.begin(wanted, tasks), wanted);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (kind.value !== wanted) return; // another kind has been chosen, which may need no connection
    failure.value = error.status === 0 ? words.wordsUnreachable : explain(error);
  }
}

/** Begin another session of the chosen kind. */
export function startAnew(): void {
  batch(() => {
    setSession(undefined);
    unreadable.value = [];
    showTask();
  });
  load();
}

/** Write the text, cut into lines. Resolves to whether any of it can be read. */
export async function writeOwn(text: string): Promise<boolean> {
  dismissTrouble();
  try {
    const found = await api.cutText(text);
    if (all.value.own) return true; // a second press: the first one's text is being written already
    batch(() => {
      unreadable.value = found.unreadable;
      if (!found.lines.length) return;
      setSession(sessions.begin("own", found.lines.map(sessions.taskOfText)), "own");
      if (kind.value === "own") showTask(); // the paper belongs to the kind that is chosen by now
    });
    return found.lines.length > 0;
  } catch (error) {
    showTrouble(error, () => writeOwn(text));
    return true;
  }
}

// ── Writing ─────────────────────────────────────────────────────────────────

/** How the current character is written is shown. */
export const isShown = signal(false);

export function toggleReference(): void {
  if (stage.value !== "writing" || !task.value?.text) return;
  isShown.value = !isShown.value;
  change((one) => ({ ...one, sawReference: true }));
}

/** Take another square onto the paper. One beyond the last is added to a free line. */
export function goTo(index: number): void {
  const before = session.value;
  if (!before || stage.value !== "writing" || isOnePaper.value) return;
  stopDrawing();
  const after = sessions.goTo(before, ink.value, index);
  if (after === before || after.current === before.current) return;
  batch(() => {
    setSession(after);
    discardSheet(after.squares[after.current]);
  });
}

/** Go to the next or the previous square. */
export function move(step: 1 | -1): void {
  if (session.value) goTo(session.value.current + step);
}

/** What the main button does while the learner writes: go to the square with this index, score, or nothing. */
export const step = computed<number | "score" | null>(() => {
  const one = session.value;
  const hasInk = strokeCount.value > 0; // changes less often than the ink
  if (!one || sessions.isOver(one)) return null;
  const isLast = one.current + 1 === sessions.MAX_SQUARES;
  if (!task.value?.text) {
    if (hasInk && !isOnePaper.value && !isLast) return one.current + 1;
    return canScore.value ? "score" : null;
  }
  const empty = sessions.nextEmpty(one, ink.peek());
  if (empty === null) return "score";
  return empty === one.current ? null : empty;
});

export const canScore = computed(() => {
  strokeCount.value;
  return stage.value === "writing" && session.value !== null && sessions.mayScore(session.value, ink.peek());
});

/** Go to the next task. One without a line is skipped. */
export function nextTask(): void {
  if (isSending.value) return;
  batch(() => {
    change(sessions.next);
    showTask();
  });
}

/** Write the current task once more. */
export function writeAgain(): void {
  batch(() => {
    change(sessions.again);
    showTask();
  });
}

export function endSession(): void {
  if (isSending.value) return;
  batch(() => {
    change(sessions.end);
    showTask();
  });
}

// ── The result ──────────────────────────────────────────────────────────────

/** The current task has become the line `id`, from the ink of these squares; none of a photograph. */
export const addWritten = (id: string, inks: readonly SentInk[]): void =>
  change((one) => sessions.addWritten(one, id, inks));

export function showLine(shown: Line): void {
  batch(() => {
    line.value = shown;
    selected.value = mostTelling(shown);
  });
}

/** Index of the character that is worth looking at first: a misread one, one that the context decided, or the weakest. */
export function mostTelling({ characters }: Line): number {
  const misread = characters.findIndex(({ character, read_as }) => character && read_as !== character);
  if (misread >= 0) return misread;
  const decided = characters.findIndex(({ explanation }) => explanation);
  if (decided >= 0) return decided;
  const scores = characters.map((one) => legibilityOf(one) ?? 100);
  return Math.max(0, scores.indexOf(Math.min(...scores)));
}

/** The character's legibility for what was asked for, or for what the writer says was meant. */
export const legibilityOf = ({ legibility, attempt }: api.LineCharacter): number | null =>
  legibility ?? attempt?.score?.legibility ?? null;

/** A line in the session of the kind `of`, and what was asked for. */
interface Place {
  of: Kind;
  written: Written;
  task: Task | undefined;
}

/** Remove the line that a session knows under `id`; if its result is shown, its task is written anew. */
export function removeLine(id: string): Place | null {
  for (const of of KINDS) {
    const one = all.value[of];
    const written = one?.written.find((each) => each.id === id);
    if (!one || !written) continue;
    batch(() => {
      setSession(sessions.removeWritten(one, written), of);
      if (line.value?.id === id) writeAgain();
    });
    return { of, written, task: one.tasks[written.task] };
  }
  return null;
}

/** Put a removed line back, unless another session has begun. Its result opens, unless something else is written by now. */
export function putBackLine(shown: Line, { of, written, task: asked }: Place): void {
  const one = all.value[of];
  if (!one || one.tasks[written.task] !== asked) return;
  setSession(sessions.putBack(one, written), of);
  const isShown = of === kind.value && one.index === written.task;
  if (isShown && !sessions.filledSquares(one, ink.peek()).length) showLine(shown);
}

/** Take over the score of a line that sessions know under `id`. */
export function setScored(id: string, scored: Line): void {
  for (const of of KINDS) {
    const one = all.value[of];
    if (one) setSession(sessions.setScored(one, id, scored), of);
  }
}

// ── Storage ─────────────────────────────────────────────────────────────────

interface Stored {
  of: string;
  sessions: Sessions;
}

const isStored = (value: unknown): value is Stored =>
  typeof value === "object" && value !== null && isText((value as Stored).of);

/** Only the same learner resumes a session, on the same day. */
const owner = (): string => `${writer()} ${new Date().toDateString()} ${location.search}`;

/** Show the sessions that this tab remembers, or begin one. */
export function open(): void {
  const stored = recall<Stored | null>(thisTab, "lines", null, isStored);
  if (stored?.of === owner()) all.value = stored.sessions;
  const isSent = session.value && sessions.writtenOn(session.value);
  if (isSent) change(sessions.next);
  // The paper remembers its own ink, but not of which session.
  if (!session.value || isSent || isBlank(ink.peek())) showTask();
  load();
}

addEventListener("pagehide", () => {
  if (stage.value === "writing") leaveTask();
});

effect(() => {
  const kept = all.value;
  if (Object.keys(kept).length) remember(thisTab, "lines", { of: owner(), sessions: kept });
});

/** The lines of one kind that are written in a row, as data. Every function returns a new `Session`. */

import type { SentInk } from "../api";
import { blank, type Ink, isBlank } from "../ink/ink";
import type { Kind, Line, Word } from "./api";

/** What is written next. */
export interface Task {
  /** "" to write freely. */
  text: string;
  before: string;
  after: string;
  /** The word that `text` is, with its reading and meanings. */
  word: Word | null;
  /** It was misread earlier in the session. */
  isRepeat: boolean;
}

/** A line that was written. */
export interface Written {
  /** The task's index. */
  task: number;
  /** The line's id, or its key while it waits to be sent. */
  id: string;
  /** The ink of each square; empty for a photograph. */
  inks: readonly SentInk[];
  /** Addresses of the images that a photograph was cut into. */
  images: readonly string[];
  /** null until the line is scored. */
  legibility: number | null;
  readAs: string;
  isRight: boolean | null;
}

export interface Session {
  readonly kind: Kind;
  readonly tasks: readonly Task[];
  /** Index of the current task; the number of tasks once the session is over. */
  readonly index: number;
  readonly written: readonly Written[];
  /** The squares of the current task. What is on the paper isn't in its square. */
  readonly squares: readonly Ink[];
  /** Index of the square that is on the paper. */
  readonly current: number;
  /** The learner has seen how the current task is written. */
  readonly sawReference: boolean;
}

/** Most squares of a line. */
export const MAX_SQUARES = 32;

const FREELY: Task = { text: "", before: "", after: "", word: null, isRepeat: false };

export const taskOf = (word: Word, kind: Kind): Task => ({
  ...FREELY,
  ...(kind === "cloze" ? word.cloze : {}),
  text: word.text,
  word,
});

export const taskOfText = (text: string): Task => ({ ...FREELY, text });

export const begin = (kind: Kind, tasks: readonly Task[]): Session => ({
  kind,
  tasks,
  written: [],
  ...startOf(tasks, 0),
});

export const beginFreely = (): Session => begin("free", [FREELY]);

const startOf = (tasks: readonly Task[], index: number) => ({
  index,
  squares: emptySquares(tasks[index]?.text ?? ""),
  current: 0,
  sawReference: false,
});

/** One square per character; a free line has one until more are needed. */
const emptySquares = (text: string): Ink[] => Array.from({ length: [...text].length || 1 }, () => blank);

export const taskOn = ({ tasks, index }: Session): Task | null => tasks[index] ?? null;
export const isOver = ({ tasks, index }: Session): boolean => index >= tasks.length;

/** The squares with what is on the paper, `ink`, in its place. */
const squaresWith = ({ squares, current }: Session, ink: Ink): Ink[] =>
  squares.map((square, i) => (i === current ? ink : square));

/** Put `ink` into its square and take the square `index` onto the paper. A free line grows by one square at its end. */
export function goTo(session: Session, ink: Ink, index: number): Session {
  const squares = squaresWith(session, ink);
  const isNew = index === squares.length && !taskOn(session)?.text && squares.length < MAX_SQUARES;
  if (isNew) squares.push(blank);
  return squares[index] ? { ...session, squares, current: index } : session;
}

/** The square to go to from the current one: the next empty one, first those after it; null if all have ink. */
export function nextEmpty(session: Session, ink: Ink): number | null {
  const { length } = session.squares;
  const squares = squaresWith(session, ink);
  for (let step = 1; step <= length; step++) {
    const index = (session.current + step) % length;
    if (isBlank(squares[index] as Ink)) return index;
  }
  return null;
}

/** Whether every square of a text has ink, or at least one of a free line. */
export const mayScore = (session: Session, ink: Ink): boolean =>
  taskOn(session)?.text
    ? nextEmpty(session, ink) === null
    : squaresWith(session, ink).some((square) => !isBlank(square));

/** The squares that are sent: without the empty ones of a free line. */
export const filledSquares = (session: Session, ink: Ink): Ink[] =>
  squaresWith(session, ink).filter((square) => !isBlank(square));

/** Begin the next task. One that was skipped isn't asked again. A free session has always another. */
export function next(session: Session): Session {
  const tasks =
    session.kind === "free" && session.index + 1 === session.tasks.length
      ? [...session.tasks, FREELY]
      : session.tasks;
  return { ...session, tasks, ...startOf(tasks, session.index + 1) };
}

/** Begin the current task anew. */
export const again = (session: Session): Session => ({
  ...session,
  ...startOf(session.tasks, session.index),
});

export const end = (session: Session): Session => ({ ...session, ...startOf([], session.tasks.length) });

/** Add the line that the current squares have become. It replaces an earlier one of the same task. */
export function addWritten(session: Session, id: string, inks: readonly SentInk[]): Session {
  const added = { task: session.index, id, inks, images: [], legibility: null, readAs: "", isRight: null };
  return putBack(session, added);
}

/** The line that the current task has become. */
export const writtenOn = ({ written, index }: Session): Written | undefined =>
  written.find(({ task }) => task === index);

export const removeWritten = (session: Session, line: Written): Session => ({
  ...session,
  written: session.written.filter((one) => one !== line),
});

/** Put a removed line back. */
export const putBack = (session: Session, line: Written): Session => ({
  ...session,
  written: [...session.written.filter(({ task }) => task !== line.task), line],
});

/** Take over the score of a line. A misread text is asked once more at the end, unless the session is over. */
export function setScored(session: Session, id: string, line: Line): Session {
  const scored = session.written.find((one) => one.id === id);
  if (!scored) return session;
  const { legibility, read_as: readAs, is_right: isRight } = line;
  const images = line.characters.flatMap(({ attempt }) => attempt?.image ?? []);
  const written = session.written.map((one) =>
    one === scored ? { ...one, id: line.id, images, legibility, readAs, isRight } : one,
  );
  const task = session.tasks[scored.task];
  const comesAgain =
    isRight === false && scored.isRight === null && task && !task.isRepeat && !isOver(session);
  return {
    ...session,
    written,
    tasks: comesAgain ? [...session.tasks, { ...task, isRepeat: true }] : session.tasks,
  };
}

/** The current task's number, as in "3 of 10". Repeats are counted separately. */
export function position({ tasks, index }: Session): { number: number; of: number; isRepeat: boolean } {
  const first = tasks.filter(({ isRepeat }) => !isRepeat).length;
  return index < first
    ? { number: index + 1, of: first, isRepeat: false }
    : { number: index + 1 - first, of: tasks.length - first, isRepeat: true };
}

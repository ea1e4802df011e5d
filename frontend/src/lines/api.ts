/** Words and lines: the types of the API's answers, and its requests. Apart from api.ts, which every page loads. */

import { type Attempt, call, type SentInk } from "../api";

/** What was asked for: a word in dictation, the gap in a sentence, nothing, or the learner's own text. */
export type Kind = "dictation" | "cloze" | "free" | "own";
export type Direction = "horizontal" | "vertical";

export interface NewLine {
  kind: Kind;
  text?: string;
  before?: string;
  after?: string;
  direction: Direction;
  /** Ink of one character each. */
  cells?: SentInk[];
  /** Ink of a line that isn't split into characters. */
  line?: SentInk;
  pen_width: number;
  saw_reference?: boolean;
  /** ms since it was written, if it wasn't sent at once. */
  age?: number;
}

/** One character of a line, as read alone and in context. */
export interface LineCharacter {
  /** From 1. */
  position: number;
  /** What was asked for; null if nothing was. */
  character: string | null;
  read_as: string;
  alone: string;
  alone_also: string[];
  word: string;
  /** What decided how it is read; "" if nothing had to. */
  decided: "" | "word" | "script" | "size";
  explanation: string;
  /** Left, top, width and height in the photograph, as fractions of its width and height; null for ink. */
  box: [number, number, number, number] | null;
  legibility: number | null;
  /** null if it was deleted. */
  attempt: Attempt | null;
}

/** A remark on how evenly a line is written; `characters` are positions from 1. */
export interface LineRemark {
  code: string;
  text: string;
  characters: number[];
}

export interface Line {
  id: string;
  status: "queued" | "scored" | "failed";
  /** The code of a failure; "" if there is none. */
  failure: string;
  kind: Kind;
  text: string;
  direction: Direction;
  saw_reference: boolean;
  read_as: string;
  read_alone: string;
  /** Mean of its characters; null without a text or a score. */
  legibility: number | null;
  /** Whether a reader reads what was asked for; null if nothing was. */
  is_right: boolean | null;
  characters: LineCharacter[];
  remarks: LineRemark[];
}

export interface Word {
  text: string;
  reading: string;
  meanings: string[];
  /** Not part of the learner's practice yet. */
  is_new: boolean;
  /** Its sentence with a gap. */
  cloze: { before: string; after: string };
  /** Other words that the reading and meanings could mean, too. */
  unmeant: string[];
}

/** Pasted text, split into lines that can be written, and those of its characters that the site can't read. */
export interface ReadableText {
  lines: string[];
  unreadable: string[];
}

const LINES = "/api/v1/lines/";
const WORDS = "/api/v1/words/";
const wordAt = (text: string): string => `${WORDS}${encodeURIComponent(text)}/`;

/** Create a line, from ink or, as a form, from a photograph. Sending it again with the same `key` returns the first one; see `sendAttempt`. */
export function sendLine(
  line: NewLine | FormData,
  key: string,
  { timeout, writer }: { timeout?: number; writer?: string } = {},
): Promise<Line> {
  const headers: Record<string, string> = { "Idempotency-Key": key };
  if (writer) headers.Writer = writer;
  return call("POST", LINES, line, headers, timeout);
}

export const deleteLine = (id: string): Promise<void> => call("DELETE", `${LINES}${encodeURIComponent(id)}/`);

/** Restore a deleted line; possible for at least ten seconds. */
export const restoreLine = (id: string): Promise<Line> =>
  call("POST", `${LINES}${encodeURIComponent(id)}/restore/`);

export const readLine = (id: string): Promise<Line> => call("GET", `${LINES}${encodeURIComponent(id)}/`);

/** The words to write now, at most `limit`; of a list of the learner's if its id is given. */
export async function wordsToWrite(limit: number, list: string): Promise<Word[]> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (list) query.set("list", list);
  return (await call<{ results: Word[] }>("GET", `${WORDS}?${query}`)).results;
}

/** Add a word to the learner's practice. Repeating it changes nothing. `timeout` is in ms. */
export const addWord = (text: string, timeout?: number): Promise<Word> =>
  call("POST", WORDS, { text }, {}, timeout);

/** Cut pasted text into lines that can be written. */
export const cutText = (text: string): Promise<ReadableText> => call("POST", `${WORDS}text/`, { text });

export type ReportedPart = "reading" | "meaning" | "word" | "other";

/** Report an error in a word to the curators. */
export const reportWord = (word: string, about: ReportedPart, text: string): Promise<unknown> =>
  call("POST", `${wordAt(word)}reports/`, { about, text });

/** The texts that several pages share, in English. The other languages have the same keys. */

import type { Attempt, Band, Score } from "../api";
import type { Mark } from "../marks";
import type { Script } from "../scripts";
import type { Guides } from "../state/paper";

const plural = new Intl.PluralRules("en");
const either = new Intl.ListFormat("en", { type: "disjunction" });
const listed = (characters: readonly string[]): string => either.format(characters);
const strokes = (count: number): string =>
  `${count} ${plural.select(count) === "one" ? "stroke" : "strokes"}`;

const bands: Record<Band, string> = {
  textbook: "Excellent",
  clear: "Clear",
  readable: "Readable",
  doubtful: "Doubtful",
  misread: "Would be misread",
};

export const words = {
  // The writing area and its tools
  write: "Write",
  writingArea: (count: number) => (count === 0 ? "Writing area, empty" : `Writing area, ${strokes(count)}`),
  thickness: "Line thickness",
  thicknesses: ["Very fine", "Fine", "Medium", "Thick", "Very thick"],
  script: "Script",
  scripts: {
    all: "All",
    kana: "Kana",
    kanji: "Kanji",
    alphanumeric: "ABC 123",
  } satisfies Record<Script, string>,
  undo: "Undo",
  redo: "Redo",
  guides: {
    cross: "Guide lines: cross",
    diagonal: "Guide lines: diagonals",
    plain: "Guide lines: none",
  } satisfies Record<Guides, string>,
  clear: "Clear",
  score: "Score",
  next: "Next",
  paperIsFull: "The paper is full. Score what you wrote, or clear it.",
  fingerIgnored: "That was taken for the hand that holds the pen. You can write with your finger now.",
  photo: "Photo",
  practise: "Practise",
  practiseHint: "The character to practise. Leave it empty to write freely.",
  removeTarget: "Remove this character and write freely",
  result: "Result",

  // Before and while an attempt is read
  emptyTitle: "Write one character",
  emptyText:
    "Kana, kanji, a Latin letter or a digit. Press Score to see which character a reader would recognise.",
  emptyPractising: (character: string) =>
    `Then press Score to see how surely a reader would recognise ${character}.`,
  reading: "Reading…",
  stillReading: "Still reading…",
  stillReadingText: "Your attempt is saved. You can write the next one in the meantime.",
  noConnection: "No connection. Trying again…",

  // Candidates
  whichOne: "Which one did you mean?",
  unknown: "Not recognised",
  unknownRemark: "This doesn’t look like any known character.",
  noCandidates: "No character was recognised.",

  // The score
  outOf: "out of 100",
  legibility: "Legibility",
  form: "Strokes",
  noForm: {
    letter: "For letters and digits, legibility alone counts.",
    photograph: "A photograph shows no strokes, so legibility alone counts.",
    unlike: "The strokes are too different from the reference to be compared with it.",
  },
  bands,
  marks: {
    flower: "Flower circle: excellent",
    double: "Double circle: very good",
    circle: "Circle: good",
    triangle: "Triangle: not yet",
  } satisfies Record<Mark, string>,
  scoreRange: (lowest: number, highest: number) => `${lowest}–${highest}`,
  legend: "The marks and their scores",
  legendForm: "The flower is for characters whose strokes are right, too.",
  readsAs: (characters: readonly string[]) => `Reads as ${listed(characters)}.`,
  aloneAlso: (characters: readonly string[]) => `On its own it could also be ${listed(characters)}.`,
  readsAsOrAlone: (character: string, others: readonly string[]) =>
    `Reads as ${character}; on its own it could also be ${listed(others)}.`,
  misreadAs: (characters: readonly string[]) => `May be misread as ${listed(characters)}.`,
  readAs: "Read as",
  remarks: "Remarks on the strokes",
  notes: "How strokes end",
  notesMean: "Just a note: both ways are accepted.",
  yours: "Yours",

  strokeOrder: (character: string, count: number) => `Stroke order of ${character}, ${strokes(count)}`,
  reference: "Reference",

  // Announced to screen readers
  announceScore: (character: string, { legibility, form, band }: Score) =>
    `${character}: legibility ${legibility} out of 100${form === null ? "" : `, strokes ${form}`}. ${bands[band]}.`,
  announceCandidates: (characters: readonly string[]) => `Which one did you mean? ${listed(characters)}?`,

  // The history
  history: "Your attempts",
  historyEmpty: "Your attempts will appear here.",
  historyFailed: "Your earlier attempts couldn’t be loaded.",
  older: "Show older",
  /** Begins with the visible text, so that it can be named in voice control. */
  square: (attempt: Attempt) => {
    const when = new Date(attempt.written_at).toLocaleString("en", {
      dateStyle: "medium",
      timeStyle: "short",
    });
    if (attempt.status === "queued") return `… Being read, written ${when}`;
    if (attempt.score) return `${attempt.target} ${attempt.score.legibility}, written ${when}`;
    return `? Not scored yet, written ${when}`;
  },
  share: "Share",
  deleted: "Deleted.",
  undoDelete: "Undo",

  // Errors
  tryAgain: "Try again",
  close: "Close",
  reload: "Reload",
  failed: "This attempt couldn’t be read",
  failedText: "Something went wrong on the server. Your attempt is saved.",
  refusals: {
    unreachable: "No connection. What you wrote is still here.",
    throttled: "Too many requests. Wait a moment, then try again.",
    overloaded: "The site is busy. What you wrote is still here. Try again in a few seconds.",
    does_not_exist:
      "Letters-AI doesn’t know this character. It knows kana, 2,967 kanji, Latin letters and digits.",
    target_not_among:
      "This character doesn’t belong to the script you chose. Choose All, then write the character once more.",
    target_is_set: "You have already chosen the character you meant.",
    not_found: "This attempt no longer exists.",
    another_writer:
      "You have signed out, or somebody else has signed in. Reload the page: what you wrote is kept.",
    not_authenticated: "You have signed out. Reload the page to sign in.",
    permission_denied: "This page has been open for too long. Reload it: what you wrote is kept.",
  },

  // Pages of the catalogue and the history
  drawing: {
    nearest: "Not recognised. These are the closest matches.",
    late: "This is taking too long. Try again in a moment.",
    search: "Search for these",
  },
  strokeOf: (shown: number, all: number) => `${shown} of ${all}`,
  play: "Play",
  stop: "Stop",

  broken: "Something went wrong. What you wrote is still here.",
};

export type Words = typeof words;

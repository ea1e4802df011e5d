/** Every text that the visitor reads, in English; the other languages have the same. */

import type { Attempt, Band } from "../api";
import type { Script } from "../scripts";
import type { Guides } from "../state/state";

const any = new Intl.ListFormat("en", { type: "disjunction" });
const listed = (characters: readonly string[]): string => any.format(characters);
const strokes = (count: number): string => (count === 1 ? "1 stroke" : `${count} strokes`);

const bands: Record<Band, string> = {
  textbook: "Textbook",
  clear: "Clear",
  readable: "Readable",
  doubtful: "Doubtful",
  misread: "Would be misread",
};

export const words = {
  // The writing area and its tools
  write: "Write",
  writingArea: (count: number) => (count === 0 ? "Writing area, empty" : `Writing area, ${strokes(count)}`),
  thickness: "Thickness of the line",
  thicknesses: ["Very fine", "Fine", "Medium", "Thick", "Very thick"],
  script: "What you write",
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
  sheetIsFull: "No more ink fits on this sheet. Score it, or clear it.",
  practise: "I practise",
  practiseHint: "A character to practise; leave it empty to write freely",

  // Before and while reading
  emptyTitle: "Write one character",
  emptyText: "Kana, kanji, a Latin letter or a digit. Press Score to see what a reader would take it for.",
  emptyPractising: (character: string) => `Then press Score to see how surely it reads as ${character}.`,
  reading: "Reading…",
  stillReading: "Still reading…",
  stillReadingText: "Your writing is kept. You can write the next one meanwhile.",
  noConnection: "No connection. I keep trying.",

  // Candidates
  whichOne: "Which one did you mean?",
  unknown: "This doesn’t look like a character I know",
  unknownRemark: "This doesn’t look like a character I know.",
  unknownText: "These come nearest. Was it one of them?",
  noCandidates: "I can’t tell what this is.",
  candidate: (character: string, legibility: number) => `${character}, would score ${legibility}`,
  lookalike: (character: string, of: string, legibility: number) =>
    `${character}, looks like ${of}, would score ${legibility}`,
  other: "Another character",
  otherButton: "That’s it",

  // The score
  outOf: "out of 100",
  bands,
  marks: {
    flower: "Flower circle: excellent",
    double: "Double circle: very good",
    circle: "Circle: good",
    triangle: "Triangle: not yet",
  },
  markRanges: { flower: "95–100", double: "80–94", circle: "60–79", triangle: "0–59" },
  legend: "The marks",
  meant: "You meant",
  readsAs: (characters: readonly string[]) => `Reads as ${listed(characters)}.`,
  misreadAs: (characters: readonly string[]) => `May be misread as ${listed(characters)}.`,
  nearest: "Read as",
  remarks: "What to mind in the strokes",
  form: (score: number) => `Form ${score} out of 100`,
  yours: "Yours",

  // Examples
  showExample: "Show it as an example",
  showExampleMeans:
    "Others then see it on the character’s page, without your name. A curator looks first, and you can take it back at any time.",
  takeBack: "Take it back",
  exampleStates: {
    offered: "Offered as an example. A curator will look at it.",
    approved: "Others see this as an example.",
    refused: "A curator chose not to show this as an example. Nobody sees it.",
  } satisfies Record<NonNullable<Attempt["exemplar"]>, string>,
  howItIsWritten: "This is how a high one is written",
  strokeOrder: (character: string, count: number) =>
    `${character}, its stroke order numbered: ${strokes(count)}`,
  exampleOf: (legibility: number) => `Written by hand, scored ${legibility}`,
  reference: "Reference",
  moreAbout: (character: string) => `More about ${character}`,

  // Announced to those who can't see the result
  announceScore: (character: string, legibility: number, band: Band) =>
    `${character}: ${legibility} out of 100. ${bands[band]}.`,
  announceCandidates: (characters: readonly string[]) => `Which one did you mean? ${listed(characters)}?`,

  // The history
  history: "Your writing",
  historyEmpty: "What you write is kept here.",
  historyFailed: "Your earlier writing couldn’t be loaded.",
  older: "Show older",
  /** Begins with what the square shows, so that one can ask for it by voice. */
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
  forget: "Delete",
  forgotten: "Deleted.",

  // When something went wrong
  again: "Try again",
  dismiss: "Close",
  reload: "Load again",
  failed: "I couldn’t read this one",
  failedText: "Something went wrong on my side. Your writing is kept.",
  refusals: {
    unreachable: "No connection. Your writing is still here.",
    throttled: "That was quick. Wait a moment, then try again.",
    does_not_exist:
      "That character isn’t one I can read. I know kana, 2,967 kanji, Latin letters and digits.",
    target_not_among:
      "You said what you would write, and that character isn’t part of it. Choose All, then write it again.",
    target_is_set: "What was meant is set already.",
    not_found: "This writing is gone.",
    another_writer:
      "You are signed out, or somebody else has signed in. Load the page again: your writing stays.",
    not_authenticated: "You are signed out. Load the page again to sign in.",
    permission_denied: "This page has been open for too long. Load it again: your writing stays.",
  },
  // On the catalogue's and the history's pages
  drawing: {
    nearest: "This doesn’t look like a character I know. These come nearest.",
    late: "This takes too long. Try again in a moment.",
    search: "Search these",
  },
  strokeOf: (shown: number, all: number) => `${shown} of ${all}`,
  play: "Play",
  stop: "Stop",

  broken: "Something went wrong on my side. Your writing is still here.",
};

export type Words = typeof words;

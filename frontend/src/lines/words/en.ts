/** The texts of the page of words, in English. The other languages have the same keys. */

import type { Direction, Kind, Line, ReportedPart } from "../api";
import type { ScriptName } from "../Prompt";

const plural = new Intl.PluralRules("en");
const number = new Intl.NumberFormat("en").format;
const list = new Intl.ListFormat("en");
const either = new Intl.ListFormat("en", { type: "disjunction" });
const several = (count: number, one: string, other: string): string =>
  `${number(count)} ${plural.select(count) === "one" ? one : other}`;

const scripts: Record<ScriptName, string> = {
  kanji: "kanji",
  hiragana: "hiragana",
  katakana: "katakana",
  alphanumeric: "letters or digits",
};

const tooLarge = "The picture is too large. Crop it to the line.";

export const words = {
  // What to write
  kind: "What to write",
  kinds: {
    dictation: "Dictation",
    cloze: "Fill in",
    free: "Free",
    own: "Own text",
  } satisfies Record<Kind, string>,
  directions: {
    horizontal: "Writing direction: horizontal",
    vertical: "Writing direction: vertical",
  } satisfies Record<Direction, string>,
  loading: "Loading…",
  wordsUnreachable: "The words can’t be loaded without a connection. Under Free you can write now.",
  position: (number: number, of: number, isRepeat: boolean) =>
    isRepeat ? `Once more: ${number} of ${of}` : `${number} of ${of}`,
  /** Announced to screen readers. */
  announceTask: (position: string, prompt: readonly string[]) => `${position}. ${prompt.join(", ")}`,
  hint: (count: number, names: readonly ScriptName[]) =>
    `${several(count, "character", "characters")}: ${list.format(names.map((name) => scripts[name]))}`,
  unmeant: (others: readonly string[]) => `But not ${either.format(others)}`,
  gap: (count: number) => `a gap of ${several(count, "character", "characters")}`,
  answer: "The word:",
  copy: "Write this",
  freely: "Write what you like",
  freelyText: "One character in each square. A new square opens when you go on.",
  onePaperText: "Write several characters in a line. They are told apart as they are read.",
  onSquares: "On squares",
  /** Why a photograph of a line wasn't read, by the API's error code. The texts of all photographs have the others. */
  photoRefusals: {
    too_large: tooLarge,
    too_many_pixels: tooLarge,
    too_many_pixels_for_format: tooLarge,
    nothing_written:
      "No handwriting was found in the picture. Photograph one line from close up, in even light.",
    not_a_line:
      "The picture shows more than one line. Crop it to one line, or photograph a part of the sheet.",
  },
  photoFailed: "Photograph the line once more, from closer up.",
  inPhoto: (position: number, readAs: string) => `Character ${position}, read as ${readAs}`,

  // The squares and the tools
  squares: "Squares",
  square: (position: number, of: number, isEmpty: boolean) =>
    `Square ${position} of ${of}, ${isEmpty ? "empty" : "written"}`,
  announceSquare: (position: number, of: number) => `Square ${position} of ${of}`,
  nextSquare: "Next square",
  score: "Score",
  reading: "Reading…",
  nextWord: "Next word",
  nextLine: "Next line",
  finish: "Finish",
  show: "Show",
  hide: "Hide",
  skip: "Skip",
  end: "End",
  hints: {
    writing: [
      ["Enter", "next square, score"],
      ["← →", "squares"],
      ["S", "show"],
      ["Ctrl Z", "undo"],
      ["Esc", "clear"],
    ],
    result: [
      ["Enter", "next"],
      ["← →", "characters"],
    ],
  } satisfies Record<string, string[][]>,

  // The result
  stillReadingText: "What you wrote is saved. You can write the next one in the meantime.",
  failed: "This line couldn’t be read",
  failedText: "Something went wrong on the server. What you wrote is still here.",
  kept: "Kept on this device",
  keptText: "It will be read once you are online again. You can write the next one.",
  readsAs: "A reader reads",
  shouldBe: "This should be",
  isRead: (text: string) => `It reads as ${text || "nothing"}.`,
  comesAgain: "It comes once more at the end.",
  sawReference: "You looked at how it is written, so it comes back sooner.",
  evenness: "How even the line is",
  character: (
    position: number,
    meant: string,
    readAs: string,
    legibility: number | null,
    isDecided: boolean,
  ) =>
    [
      `${meant || "?"}, character ${position}`,
      readAs === meant ? "" : `read as ${readAs || "nothing"}`,
      legibility === null ? "" : `${legibility} out of 100`,
      isDecided ? "its neighbours decide" : "",
    ]
      .filter(Boolean)
      .join(", "),
  characterNumber: (position: number) => `Character ${position}`,
  alone: "Alone",
  here: "Here",
  replay: "Replay",
  again: "Write it again",
  delete: "Delete",
  announceResult: ({ text, read_as, legibility, is_right }: Line) =>
    is_right === false
      ? `${text} reads as ${read_as}. Legibility ${legibility ?? 0} out of 100.`
      : `Reads as ${read_as}.${legibility === null ? "" : ` Legibility ${legibility} out of 100.`}`,
  meant: "What did you mean?",
  scoreIt: "Score it",
  needed: (count: number) => `Enter ${several(count, "character", "characters")}.`,
  report: "Report an error",
  reportAbout: "What is wrong?",
  reportParts: {
    reading: "The reading",
    meaning: "The meaning",
    word: "The word",
    other: "Something else",
  } satisfies Record<ReportedPart, string>,
  reportText: "What should it be?",
  reportSend: "Send",
  reported: "Thank you. A curator will look at it.",

  // Own text
  own: "Write your own text",
  ownText: "Type or paste Japanese text. You will write it line by line.",
  ownExample: "駅の入口で待ってください。",
  ownCount: (count: number, most: number) => `${number(count)} of at most ${number(most)} characters`,
  ownStart: "Write it",
  ownUseless: "This text has no characters that can be read.",
  unreadable: (characters: readonly string[]) =>
    `Left out, since ${characters.length === 1 ? "it" : "they"} can’t be read: ${characters.join(" ")}`,

  // The end
  summary: "What you wrote",
  right: (right: number, of: number) => `${right} of ${of} read correctly.`,
  written: (count: number) => (count ? several(count, "line", "lines") : "You wrote nothing this time."),
  another: {
    dictation: "More words",
    cloze: "More sentences",
    free: "Write more",
    own: "Another text",
  } satisfies Record<Kind, string>,
  history: "Your history",
  keep: "With an account, these words come back just before you would forget them. What you wrote here is kept.",
  signUp: "Sign up",
};

export type Words = typeof words;

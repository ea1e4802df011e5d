/** The texts of a lesson, in English. The other languages have the same keys. */

import type { Review } from "../../api";
import type { Phase } from "../lesson";

const plural = new Intl.PluralRules("en");
const number = new Intl.NumberFormat("en").format;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const SCRIPTS: Record<string, string> = {
  hiragana: "Hiragana",
  katakana: "Katakana",
  kanji: "Kanji",
  digit: "Digit",
};

const several = (count: number, one: string, other: string): string =>
  `${number(count)} ${plural.select(count) === "one" ? one : other}`;
const characters = (count: number): string => several(count, "character", "characters");
const attempts = (count: number): string => several(count, "attempt", "attempts");

export const words = {
  // Before a lesson
  title: "Lesson",
  waiting: (due: number, fresh: number) => {
    if (!fresh) return `${characters(due)} due today.`;
    return due
      ? `${characters(due)} due today, and ${number(fresh)} new.`
      : `${several(fresh, "new character", "new characters")} today.`;
  },
  howMany: "How many characters?",
  sizes: (size: number) => String(size),
  all: (count: number) => `All ${number(count)}`,
  start: "Start",
  loading: "Loading…",
  goalOf: (written: number, goal: number) => `Today’s goal: ${number(written)} of ${attempts(goal)}`,
  goalReached: (written: number) => `Today’s goal reached: ${attempts(written)}`,
  nothing: "Nothing is due today",
  nothingText: "Characters come back here on the day they are due.",
  nothingOfList: "This list is empty",
  nothingOfListText: "Add characters to the list to practise them here.",
  ofLesson: (count: number, isOwnList: boolean) =>
    isOwnList ? `${characters(count)} in your list.` : `${characters(count)} in this lesson.`,
  practiseList: "Practise a list",
  practiseOther: "Find a character",
  writeFreely: "Write freely",
  signedOut: "You have signed out. Reload the page to sign in.",
  listIsGone: "This list no longer exists.",

  // A turn
  position: (number: number, of: number, isRepeat: boolean) =>
    isRepeat ? `Once more: ${number} of ${of}` : `${number} of ${of}`,
  script: ({ script, character, is_leech }: Review, phase: Phase) => {
    const letter = character === character.toLowerCase() ? "Small letter" : "Capital letter";
    const name = SCRIPTS[script] ?? letter;
    if (phase === "meeting") return `${name}, new to you`;
    return is_leech ? `${name} · keeps slipping away` : name;
  },
  /** Announced to screen readers. */
  announceTurn: (position: string, script: string, prompt: readonly string[]) =>
    `${position}. ${script}: ${prompt.join(", ")}`,
  mayTrace: "You can trace it",
  main: {
    meeting: "Write it from memory",
    writing: "Score",
    sending: "Reading…",
    result: "Next",
  } satisfies Record<Phase, string>,
  finish: "Finish",
  show: "Show",
  hide: "Hide",
  skip: "Skip",
  end: "End lesson",
  comesAgain: "It comes once more at the end.",
  hints: {
    meeting: [["Enter", "write"]],
    writing: [
      ["Enter", "score"],
      ["S", "show"],
      ["Ctrl Z", "undo"],
      ["Esc", "clear"],
    ],
    sending: [],
    result: [["Enter", "next"]],
  } satisfies Record<Phase, string[][]>,

  // The summary
  summary: "Your lesson",
  well: (well: number, of: number) => {
    if (of === 1) return well ? "Your character reads well." : "Your character doesn’t read well yet.";
    return `${well} of ${of} characters ${plural.select(well) === "one" ? "reads" : "read"} well.`;
  },
  left: (left: number) =>
    plural.select(left) === "one"
      ? "1 character wasn’t written. It stays due."
      : `${left} characters weren’t written. They stay due.`,
  before: (legibility: number) => `first ${legibility}`,
  /** Days up to a month, then months. */
  due: (days: number) =>
    days < 31 ? relative.format(days, "day") : relative.format(Math.round(days / 30.4), "month"),
  square: (character: string, legibility: number | null, due: string) =>
    [
      legibility === null ? `${character}, not read yet` : `${character}, ${legibility} out of 100`,
      due && `due ${due}`,
    ]
      .filter(Boolean)
      .join(", "),
  notRead: "…",
  repeatWeak: (count: number) =>
    plural.select(count) === "one" ? "Repeat the weak character" : `Repeat ${count} weak characters`,
  another: "Another lesson",
  fiveMore: "Five more characters",
  keep: "With an account, these characters come back just before you would forget them. What you wrote here is kept.",
  signUp: "Sign up",
  done: "Done",
};

export type Words = typeof words;

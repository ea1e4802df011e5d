/** Every text of a lesson that the learner reads, in English; the other languages have the same. */

import type { Review } from "../../api";
import type { Phase } from "../lesson";

const inDays = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const SCRIPTS: Record<string, string> = {
  hiragana: "Hiragana",
  katakana: "Katakana",
  kanji: "Kanji",
  digit: "Digit",
};

const characters = (count: number): string => (count === 1 ? "1 character" : `${count} characters`);

export const words = {
  // Before
  title: "Lesson",
  waiting: (due: number, fresh: number) => {
    if (!fresh) return `${characters(due)} due today.`;
    return due ? `${characters(due)} due today, and ${fresh} new.` : `${characters(fresh)} new today.`;
  },
  howMany: "How many",
  sizes: (size: number) => String(size),
  all: (count: number) => `All ${count}`,
  begin: "Begin",
  looking: "Looking what there is…",
  goalOf: (written: number, goal: number) => `Today’s goal: ${written} of ${goal} writings`,
  goalReached: (written: number) =>
    `Today’s goal: reached, with ${written === 1 ? "1 writing" : `${written} writings`}`,
  nothing: "Nothing is due today",
  nothingText: "What you know is remembered. It comes back on its day.",
  nothingOfList: "There is nothing in this list",
  nothingOfListText: "Put characters into it, and practise them here.",
  ofList: (count: number) => `${characters(count)} in your list.`,
  practiseList: "Practise a list",
  practiseOther: "Find a character",
  writeFreely: "Write freely",
  signedOut: "You are signed out. Load the page again to sign in.",
  listIsGone: "This list is gone.",

  // A turn
  place: (number: number, of: number, isRepeat: boolean) =>
    isRepeat ? `Once more: ${number} of ${of}` : `${number} of ${of}`,
  script: ({ script, character }: Review, phase: Phase) => {
    const letter = character === character.toLowerCase() ? "Small letter" : "Capital letter";
    const name = SCRIPTS[script] ?? letter;
    return phase === "meeting" ? `${name}, new to you` : name;
  },
  /** Said to those who can't see it. */
  ask: (place: string, script: string, what: string) => `${place}. ${script}: ${what}`,
  main: {
    meeting: "Write it from memory",
    writing: "Score",
    sending: "Reading…",
    result: "Next",
  } satisfies Record<Phase, string>,
  finish: "Finish",
  show: "Show me",
  hide: "Hide it",
  skip: "Skip",
  leave: "Leave",
  yours: "Yours",
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

  // The sheet at the end
  sheet: "Your lesson",
  well: (well: number, of: number) =>
    of === 1
      ? well
        ? "Your character reads well."
        : "Your character doesn’t read well yet."
      : `${well} of ${of} characters read well.`,
  left: (left: number) =>
    left === 1
      ? "1 character wasn’t written. It stays due."
      : `${left} characters weren’t written. They stay due.`,
  before: (legibility: number) => `first ${legibility}`,
  /** Days up to a month, then months. */
  due: (days: number) =>
    days < 31 ? inDays.format(days, "day") : inDays.format(Math.round(days / 30.4), "month"),
  square: (character: string, legibility: number | null, due: string) =>
    [legibility === null ? `${character}, not read yet` : `${character}, ${legibility} out of 100`, due]
      .filter(Boolean)
      .join(", again "),
  notRead: "…",
  weak: (count: number) =>
    count === 1 ? "Once more for the weak one" : `Once more for the ${count} weak ones`,
  another: "Another lesson",
  done: "Done",
};

export type Words = typeof words;

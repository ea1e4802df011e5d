/** A lesson as data: its turns and their attempts. Every function returns a new `Lesson`. */

import type { Band, Review } from "../api";
import { EXEMPLARY } from "../limits.generated";
import { POOR } from "../state/attempts";

/** One character to write. */
export interface Turn {
  review: Review;
  /** The character got a poor score earlier in the lesson. */
  isRepeat: boolean;
}

/** The attempt of a turn. */
export interface TurnAttempt {
  /** The turn's index. */
  turn: number;
  /** The attempt's id. */
  attempt: string;
  /** The ink as a small SVG path, see ink/thumbnail.ts. */
  picture: string;
  /** null until the attempt is scored. */
  legibility: number | null;
  band: Band | null;
  /** Days until the character is due again; null until that is known. */
  dueIn: number | null;
}

export interface Lesson {
  readonly turns: readonly Turn[];
  /** Index of the current turn; the number of turns once the lesson is over. */
  readonly index: number;
  readonly attempts: readonly TurnAttempt[];
}

export const lessonOf = (reviews: readonly Review[], isRepeat = false): Lesson => ({
  turns: reviews.map((review) => ({ review, isRepeat })),
  index: 0,
  attempts: [],
});

export const isOver = ({ index, turns }: Lesson): boolean => index >= turns.length;

/** Add the current turn's attempt. It replaces an earlier attempt of the turn, which couldn't be read. */
export function addAttempt(lesson: Lesson, attempt: string, picture: string): Lesson {
  if (isOver(lesson) || lesson.attempts.some((one) => one.attempt === attempt)) return lesson;
  const turn = lesson.index;
  const others = lesson.attempts.filter((one) => one.turn !== turn);
  const added = { turn, attempt, picture, legibility: null, band: null, dueIn: null };
  return { ...lesson, attempts: [...others, added] };
}

/** Set an attempt's score. After a poor score the character is repeated at the end, unless the lesson is over. */
export function setScore(lesson: Lesson, attempt: string, legibility: number, band: Band): Lesson {
  const scored = lesson.attempts.find((one) => one.attempt === attempt);
  const turn = scored && lesson.turns[scored.turn];
  if (!turn || scored.legibility !== null) return lesson;
  const next = change(lesson, attempt, { legibility, band });
  if (legibility >= POOR || turn.isRepeat || isOver(lesson)) return next;
  return { ...next, turns: [...lesson.turns, { review: turn.review, isRepeat: true }] };
}

/** Set in how many days an attempt's character is due again. */
export const setDue = (lesson: Lesson, attempt: string, dueIn: number): Lesson =>
  change(lesson, attempt, { dueIn });

function change(lesson: Lesson, attempt: string, changes: Partial<TurnAttempt>): Lesson {
  const attempts = lesson.attempts.map((one) => (one.attempt === attempt ? { ...one, ...changes } : one));
  return { ...lesson, attempts };
}

export const nextTurn = (lesson: Lesson): Lesson => ({ ...lesson, index: lesson.index + 1 });

/** The lesson after a reload: it continues after a turn whose attempt was sent. */
export const resume = (lesson: Lesson): Lesson =>
  lesson.attempts.some(({ turn }) => turn === lesson.index) ? nextTurn(lesson) : lesson;

export const end = (lesson: Lesson): Lesson => ({ ...lesson, index: lesson.turns.length });

/** The current turn's number, as in "3 of 10". Repeats are counted separately. */
export function position({ turns, index }: Lesson): { number: number; of: number; isRepeat: boolean } {
  const repeats = turns.filter(({ isRepeat }) => isRepeat).length;
  const first = turns.length - repeats;
  return index < first
    ? { number: index + 1, of: first, isRepeat: false }
    : { number: index + 1 - first, of: repeats, isRepeat: true };
}

/** A character in the summary. */
export interface CharacterResult {
  review: Review;
  last: TurnAttempt;
  /** The score of the first attempt if there are two; else null. */
  before: number | null;
}

export interface Summary {
  characters: CharacterResult[];
  /** Number of characters whose last attempt reads well. */
  well: number;
  /** The scored characters whose last attempt doesn't. */
  weak: Review[];
  /** Number of characters that weren't written. */
  left: number;
}

/** The result of each character, by its last attempt. */
export function summaryOf({ turns, attempts }: Lesson): Summary {
  const results = new Map<string, CharacterResult>();
  for (const last of attempts.toSorted((a, b) => a.turn - b.turn)) {
    const turn = turns[last.turn];
    if (!turn) continue;
    const { character } = turn.review;
    const earlier = results.get(character);
    results.set(character, { review: turn.review, last, before: earlier?.last.legibility ?? null });
  }
  const characters = [...results.values()];
  const readsWell = ({ last }: CharacterResult): boolean => (last.legibility ?? 0) >= EXEMPLARY;
  return {
    characters,
    well: characters.filter(readsWell).length,
    weak: characters
      .filter((result) => result.last.legibility !== null && !readsWell(result))
      .map(({ review }) => review),
    left: new Set(turns.map(({ review }) => review.character)).size - characters.length,
  };
}

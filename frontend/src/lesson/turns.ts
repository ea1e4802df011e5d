/** A lesson as data: who writes what, in which turn, and how it went. Every function returns a new `Lesson`. */

import type { Band, Review } from "../api";
import { EXEMPLARY, POOR } from "../state/state";

/** One character to write. */
export interface Turn {
  review: Review;
  /** It was written already, and not well enough. */
  isRepeat: boolean;
}

/** What was written in a turn. */
export interface Written {
  turn: number;
  /** The attempt that it became. */
  attempt: string;
  /** The ink as one small path, see thumbnail.ts. */
  picture: string;
  /** null until it is read. */
  legibility: number | null;
  band: Band | null;
  /** In how many days it is written again; null until that is known. */
  dueIn: number | null;
}

export interface Lesson {
  readonly turns: readonly Turn[];
  /** Which turn it is; their number once it is over. */
  readonly at: number;
  readonly written: readonly Written[];
}

export const lessonOf = (reviews: readonly Review[], isRepeat = false): Lesson => ({
  turns: reviews.map((review) => ({ review, isRepeat })),
  at: 0,
  written: [],
});

export const isOver = ({ at, turns }: Lesson): boolean => at >= turns.length;

/** Of this turn a writing was sent. A second one takes the place of the first, which couldn't be read. */
export function write(lesson: Lesson, attempt: string, picture: string): Lesson {
  if (isOver(lesson) || lesson.written.some((one) => one.attempt === attempt)) return lesson;
  const turn = lesson.at;
  const others = lesson.written.filter((one) => one.turn !== turn);
  const written = { turn, attempt, picture, legibility: null, band: null, dueIn: null };
  return { ...lesson, written: [...others, written] };
}

/** A writing was read. Its character comes once more at the end if that was hard, and the lesson isn't over. */
export function judge(lesson: Lesson, attempt: string, legibility: number, band: Band): Lesson {
  const one = lesson.written.find((written) => written.attempt === attempt);
  const turn = one && lesson.turns[one.turn];
  if (!turn || one.legibility !== null) return lesson;
  const judged = change(lesson, attempt, { legibility, band });
  if (legibility >= POOR || turn.isRepeat || isOver(lesson)) return judged;
  return { ...judged, turns: [...lesson.turns, { review: turn.review, isRepeat: true }] };
}

/** The day on which a writing's character comes again is known. */
export const plan = (lesson: Lesson, attempt: string, dueIn: number): Lesson =>
  change(lesson, attempt, { dueIn });

function change(lesson: Lesson, attempt: string, known: Partial<Written>): Lesson {
  const written = lesson.written.map((one) => (one.attempt === attempt ? { ...one, ...known } : one));
  return { ...lesson, written };
}

export const goOn = (lesson: Lesson): Lesson => ({ ...lesson, at: lesson.at + 1 });

/** After a reload: a turn whose writing was sent is done. */
export const resume = (lesson: Lesson): Lesson =>
  lesson.written.some(({ turn }) => turn === lesson.at) ? goOn(lesson) : lesson;

export const leave = (lesson: Lesson): Lesson => ({ ...lesson, at: lesson.turns.length });

/** Where one is: "3 of 10", those that come once more by themselves. */
export function place({ turns, at }: Lesson): { number: number; of: number; isRepeat: boolean } {
  const repeats = turns.filter(({ isRepeat }) => isRepeat).length;
  const first = turns.length - repeats;
  return at < first
    ? { number: at + 1, of: first, isRepeat: false }
    : { number: at + 1 - first, of: repeats, isRepeat: true };
}

/** One square of the sheet at the end. */
export interface Square {
  review: Review;
  /** How it went at last. */
  last: Written;
  /** The score of the first writing where there is a second; else null. */
  before: number | null;
}

export interface Summary {
  squares: Square[];
  /** Characters that read well at last. */
  well: number;
  /** Those that would gain from being written once more. */
  weak: Review[];
  /** Characters that weren't written. */
  left: number;
}

/** A character's last writing counts. */
export function summary({ turns, written }: Lesson): Summary {
  const squares = new Map<string, Square>();
  for (const last of written.toSorted((a, b) => a.turn - b.turn)) {
    const turn = turns[last.turn];
    if (!turn) continue;
    const { character } = turn.review;
    const earlier = squares.get(character);
    squares.set(character, { review: turn.review, last, before: earlier?.last.legibility ?? null });
  }
  const all = [...squares.values()];
  const isWell = ({ last }: Square): boolean => (last.legibility ?? 0) >= EXEMPLARY;
  return {
    squares: all,
    well: all.filter(isWell).length,
    weak: all.filter((square) => square.last.legibility !== null && !isWell(square)).map((one) => one.review),
    left: new Set(turns.map(({ review }) => review.character)).size - all.length,
  };
}

/** The marks that a Japanese teacher puts under a character: 花まる and the three below it. */

import { MARKS } from "./limits.generated";
import { MARK_PATHS } from "./marks.generated";

export type Mark = keyof typeof MARKS;

/** The marks, best first. */
export const MARK_NAMES = Object.keys(MARKS) as Mark[];

/** The SVG paths of a mark's strokes, in a square of MARK_SIDE. */
export const strokesOf = (mark: Mark): readonly string[] => MARK_PATHS[mark];

/** The mark for a legibility of 0 to 100. */
export const markFor = (legibility: number): Mark =>
  MARK_NAMES.find((mark) => legibility >= MARKS[mark]) ?? "triangle";

/** The scores that earn a mark: [lowest, highest]. */
export function scoresOf(mark: Mark): [number, number] {
  const better = MARK_NAMES[MARK_NAMES.indexOf(mark) - 1];
  return [MARKS[mark], better ? MARKS[better] - 1 : 100];
}

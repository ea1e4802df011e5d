/** The marks that a Japanese teacher puts under a character: 花まる and the three below it. */

import type { Band } from "./api";
import { MARK_OF_BAND, MARKS } from "./limits.generated";
import { MARK_PATHS } from "./marks.generated";

export type Mark = keyof typeof MARKS;

/** The marks, best first. */
export const MARK_NAMES = Object.keys(MARKS) as Mark[];

/** The SVG paths of a mark's strokes, in a square of MARK_SIDE. */
export const strokesOf = (mark: Mark): readonly string[] => MARK_PATHS[mark];

/** The mark of a score's band. */
export const markOf = (band: Band): Mark => MARK_OF_BAND[band];

/** The legibilities that earn a mark: [lowest, highest]. */
export function scoresOf(mark: Mark): [number, number] {
  const better = MARK_NAMES[MARK_NAMES.indexOf(mark) - 1];
  return [MARKS[mark], better ? MARKS[better] - 1 : 100];
}

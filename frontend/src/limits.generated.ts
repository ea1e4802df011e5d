/** Written by `manage.py write_frontend_limits` from the Python code. Don't edit it. */

/** Most strokes of one attempt. */
export const MAX_STROKES = 64;
/** Most points of one attempt. */
export const MAX_POINTS = 4096;
/** Most strokes of a line on one paper. */
export const MAX_LINE_STROKES = 200;
/** Most points of a line on one paper. */
export const MAX_LINE_POINTS = 16384;
/** Latest time of a point, ms after the first. */
export const MAX_MILLISECONDS = 86400000;
/** Oldest attempt that the server accepts, ms. */
export const MAX_AGE = 2592000000;
/** Lowest legibility of each band, best first. */
export const BANDS = {
  textbook: 95,
  clear: 80,
  readable: 60,
  doubtful: 40,
  misread: 0,
} as const;
/** Lowest legibility of an exemplar. */
export const EXEMPLARY = 80;
/** Lowest legibility of each mark, best first. */
export const MARKS = {
  flower: 95,
  double: 80,
  circle: 60,
  triangle: 0,
} as const;
/** The mark of each band. */
export const MARK_OF_BAND = {
  textbook: "flower",
  clear: "double",
  readable: "circle",
  doubtful: "triangle",
  misread: "triangle",
} as const;
/** Lowest form of an exemplar, if it is judged. */
export const GOOD_FORM = 80;

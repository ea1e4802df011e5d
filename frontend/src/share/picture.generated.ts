/** Written by `manage.py write_frontend_limits` from the Python code. Don't edit it. */

/** All lengths are px of the picture. */
export const WIDTH = 1200;
export const HEIGHT = 630;
export const COLOURS = {
  background: "#fbf9f4",
  paper: "#fffefb",
  border: "#d9d3c6",
  guide: "#d8d0c0",
  ink: "#211d1a",
  reference: "#6b655b",
  mark: "#c23a1a",
} as const;
export const PAPER = {
  x: 60,
  y: 60,
  side: 510,
} as const;
export const MARK = {
  x: 650,
  y: 80,
  side: 240,
} as const;
export const REFERENCE = {
  x: 640,
  y: 420,
  side: 150,
} as const;
/** Its middle and greatest width. */
export const SCORE = {
  x: 1030,
  y: 200,
  width: 220,
} as const;
/** Right end of the baseline of the site's name. */
export const NAME_END = {
  x: 1140,
  y: 525,
} as const;
/** Right end of the baseline of the site's address, and its greatest width. */
export const ADDRESS = {
  x: 1140,
  y: 567,
  width: 330,
} as const;
/** Widths of the lines. */
export const INK_PEN = 15.3;
export const MARK_PEN = 9;
export const REFERENCE_PEN = 5;

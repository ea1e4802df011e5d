/** A result as a picture, drawn here; scoring/preview.py draws the same for other sites. */

import type { Reference, SentInk } from "../api";
import { curve } from "../ink/curve";
import { drawn, SIDE } from "../ink/reference";
import { markFor, STROKES } from "../marks";

export const WIDTH = 1200;
export const HEIGHT = 630;

/** Paper is paper by night too. */
const COLOURS = {
  desk: "#fbf9f4",
  paper: "#fffefb",
  line: "#d9d3c6",
  guide: "#d8d0c0",
  ink: "#211d1a",
  quiet: "#6b655b",
  shu: "#c23a1a",
};
const PAPER = { x: 60, y: 60, side: 510 };
const MARK = { x: 650, y: 80, side: 240 };
const NUMBER = { x: 1030, y: 205, width: 220 };
const MODEL = { x: 640, y: 420, side: 150 };
/** The pen's width, as a part of the paper's side. */
const PEN = 0.03;

interface Result {
  ink: SentInk;
  legibility: number;
  /** How the character is written; null where that can't be fetched. */
  model: Reference | null;
}

type Square = typeof PAPER;

export function drawPicture(canvas: HTMLCanvasElement, { ink, legibility, model }: Result): void {
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws nothing.");
  const serif = getComputedStyle(document.documentElement).getPropertyValue("--serif");
  context.lineCap = context.lineJoin = "round";
  context.fillStyle = COLOURS.desk;
  context.fillRect(0, 0, WIDTH, HEIGHT);

  drawPaper(context, PAPER);
  const longer = Math.max(ink.width, ink.height);
  const centred = { x: (longer - ink.width) / 2, y: (longer - ink.height) / 2 };
  drawPaths(context, ink.strokes.map(curve), PAPER, longer, COLOURS.ink, PEN * longer, centred);

  drawPaths(context, STROKES[markFor(legibility)], MARK, 120, COLOURS.shu, 4.5);
  context.fillStyle = COLOURS.shu;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `500 180px ${serif}`;
  context.fillText(String(legibility), NUMBER.x, NUMBER.y, NUMBER.width);

  if (model) {
    drawPaper(context, MODEL);
    const paths = drawn(model).map(({ path }) => path);
    drawPaths(context, paths, MODEL, SIDE, COLOURS.quiet, 3.5);
  }
  context.fillStyle = COLOURS.ink;
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  context.font = `500 36px ${serif}`;
  context.fillText("Letters-AI", WIDTH - 60, HEIGHT - 63);
}

export const asPng = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("No picture came of it."))),
      "image/png",
    ),
  );

/** A sheet with the cross of a practice sheet. */
function drawPaper(context: CanvasRenderingContext2D, { x, y, side }: Square): void {
  context.save();
  context.translate(x, y);
  context.fillStyle = COLOURS.paper;
  context.fillRect(0, 0, side, side);
  context.lineWidth = 2;
  context.strokeStyle = COLOURS.line;
  context.strokeRect(0, 0, side, side);
  context.lineWidth = 1.5;
  context.lineCap = "butt";
  context.strokeStyle = COLOURS.guide;
  context.setLineDash([side / 50, side / 50]);
  context.stroke(new Path2D(`M${side / 2} 0V${side}M0 ${side / 2}H${side}`));
  context.restore();
}

/** Paths of a square of `size` into the picture's; `width` of the pen and what `moves` them in units of the former. */
function drawPaths(
  context: CanvasRenderingContext2D,
  paths: readonly string[],
  { x, y, side }: Square,
  size: number,
  colour: string,
  width: number,
  moves = { x: 0, y: 0 },
): void {
  context.save();
  context.translate(x, y);
  context.scale(side / size, side / size);
  context.translate(moves.x, moves.y);
  context.lineWidth = width;
  context.strokeStyle = colour;
  for (const path of paths) context.stroke(new Path2D(path));
  context.restore();
}

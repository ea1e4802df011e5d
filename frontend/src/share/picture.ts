/** Draws a result as a picture. scoring/preview.py draws the same picture for other sites. */

import type { Band, Reference, SentInk } from "../api";
import { curve } from "../ink/curve";
import { drawReference, SIDE } from "../ink/reference";
import { markOf, strokesOf } from "../marks";
import { MARK_SIDE } from "../marks.generated";
import {
  ADDRESS,
  COLOURS,
  HEIGHT,
  INK_PEN,
  MARK,
  MARK_PEN,
  NAME_END,
  PAPER,
  REFERENCE,
  REFERENCE_PEN,
  SCORE,
  WIDTH,
} from "./picture.generated";
import { siteUrl } from "./siteUrl";

interface Result {
  ink: SentInk;
  legibility: number;
  band: Band;
  /** How the character is written; null where it couldn't be fetched. */
  reference: Reference | null;
}

/** Where a square lies in the picture, px. */
interface Square {
  x: number;
  y: number;
  side: number;
}

/** Draw the ink on its paper, its mark and score, and the reference. */
export function drawPicture(canvas: HTMLCanvasElement, { ink, legibility, band, reference }: Result): void {
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser has no canvas context.");
  const serif = getComputedStyle(document.documentElement).getPropertyValue("--serif");
  context.lineCap = context.lineJoin = "round";
  context.fillStyle = COLOURS.background;
  context.fillRect(0, 0, WIDTH, HEIGHT);

  drawPaper(context, PAPER);
  drawInk(context, ink);
  drawPaths(context, strokesOf(markOf(band)), MARK, MARK_SIDE, COLOURS.mark, MARK_PEN);
  drawScore(context, legibility, serif);
  if (reference) {
    drawPaper(context, REFERENCE);
    const paths = drawReference(reference).map(({ path }) => path);
    drawPaths(context, paths, REFERENCE, SIDE, COLOURS.reference, REFERENCE_PEN);
  }
  drawName(context, serif);
}

export const asPng = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The canvas made no PNG."))),
      "image/png",
    ),
  );

/** A practice square with its dashed cross. */
function drawPaper(context: CanvasRenderingContext2D, { x, y, side }: Square): void {
  context.save();
  context.translate(x, y);
  context.fillStyle = COLOURS.paper;
  context.fillRect(0, 0, side, side);
  context.lineWidth = 2;
  context.strokeStyle = COLOURS.border;
  context.strokeRect(0, 0, side, side);
  context.lineWidth = 1.5;
  context.lineCap = "butt";
  context.strokeStyle = COLOURS.guide;
  context.setLineDash([side / 50, side / 50]);
  context.stroke(new Path2D(`M${side / 2} 0V${side}M0 ${side / 2}H${side}`));
  context.restore();
}

/** The ink, its writing area centred on the paper. */
function drawInk(context: CanvasRenderingContext2D, { width, height, strokes }: SentInk): void {
  const longer = Math.max(width, height);
  const scale = PAPER.side / longer;
  const area = {
    x: PAPER.x + ((longer - width) / 2) * scale,
    y: PAPER.y + ((longer - height) / 2) * scale,
    side: PAPER.side,
  };
  drawPaths(context, strokes.map(curve), area, longer, COLOURS.ink, INK_PEN);
}

/** Paths that lie in a square of `size`, scaled to `square`. `pen` is the lines' width in the picture. */
function drawPaths(
  context: CanvasRenderingContext2D,
  paths: readonly string[],
  { x, y, side }: Square,
  size: number,
  colour: string,
  pen: number,
): void {
  const scale = side / size;
  context.save();
  context.translate(x, y);
  context.scale(scale, scale);
  context.lineWidth = pen / scale;
  context.strokeStyle = colour;
  for (const path of paths) context.stroke(new Path2D(path));
  context.restore();
}

function drawScore(context: CanvasRenderingContext2D, legibility: number, serif: string): void {
  context.fillStyle = COLOURS.mark;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `500 180px ${serif}`;
  context.fillText(String(legibility), SCORE.x, SCORE.y, SCORE.width);
}

function drawName(context: CanvasRenderingContext2D, serif: string): void {
  context.fillStyle = COLOURS.ink;
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  context.font = `500 36px ${serif}`;
  context.fillText("Letters-AI", NAME_END.x, NAME_END.y);
  context.font = `500 26px ${serif}`;
  context.fillText(new URL(siteUrl()).host, ADDRESS.x, ADDRESS.y, ADDRESS.width);
}

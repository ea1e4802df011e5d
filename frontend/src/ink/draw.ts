/** Draws ink on a canvas. */

import { curve, midpoint, settledCurve } from "./curve";
import { type Ink, type Point, preview, type Stroke, type Tip, undo } from "./ink";

/** Widths of the pen as fractions of the writing area's shorter side, so that a line looks alike on every screen. */
const THICKNESSES = [0.012, 0.019, 0.028, 0.04, 0.056] as const;
export type Thickness = 0 | 1 | 2 | 3 | 4;

/** The pen's width in the ink's px, to a tenth. */
export const penWidth = (thickness: Thickness, { width, height }: Pick<Ink, "width" | "height">): number =>
  Math.round(THICKNESSES[thickness] * Math.min(width, height) * 10) / 10;

/** A stroke never changes once made, so its path is computed once. */
const paths = new WeakMap<Stroke, Path2D>();

function pathOf(stroke: Stroke): Path2D {
  const path = paths.get(stroke) ?? new Path2D(curve(stroke));
  paths.set(stroke, path);
  return path;
}

/** Draw all of `ink` in the canvas's text colour. */
export function drawInk(canvas: HTMLCanvasElement, ink: Ink, thickness: Thickness): void {
  drawStrokes(canvas, ink, ink.strokes, thickness, getComputedStyle(canvas).color);
}

/** Clear the canvas and draw `strokes`. The context keeps the ink's scale and pen. */
function drawStrokes(
  canvas: HTMLCanvasElement,
  ink: Ink,
  strokes: readonly Stroke[],
  thickness: Thickness,
  colour: string,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.resetTransform();
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (ink.strokes.length === 0) return;
  context.scale(canvas.width / ink.width, canvas.height / ink.height);
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = penWidth(thickness, ink);
  context.strokeStyle = colour;
  for (const stroke of strokes) context.stroke(pathOf(stroke));
}

/**
 * Draws ink on a canvas incrementally. While a stroke grows, its settled part, which no later point changes, is drawn once
 * on a hidden canvas. The stroke's end is drawn over a copy of that, and drawn anew with each point.
 */
export class InkRenderer {
  private readonly canvas: HTMLCanvasElement;
  /** Holds everything but the last stroke's end. */
  private readonly settled = document.createElement("canvas");
  private shown: { ink: Ink; thickness: Thickness } | null = null;
  /** Number of the last stroke's points that are on the settled canvas. */
  private settledPoints = 0;
  /** The box in which the canvas differs from the settled canvas, in the ink's px. */
  private stale: Box | null = null;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
  }

  /** Draw `ink` in the canvas's text colour; `predicted` extends its last stroke until the next call. */
  paint(ink: Ink, thickness: Thickness, predicted: readonly Tip[] = []): void {
    if (!this.continues(ink, thickness)) {
      const before = undo(ink);
      // A new stroke needs no redrawing; the one before may have grown in the same frame.
      if (this.continues(before, thickness)) this.finish(before);
      else this.repaint(ink, thickness);
    }
    this.shown = { ink, thickness };
    const stroke = ink.strokes.at(-1);
    if (stroke) this.drawEnd(ink, stroke, predicted);
  }

  /** Redraw everything the next time: the canvas's pixels or colours have changed. */
  invalidate(): void {
    this.shown = null;
  }

  /** Whether `ink` differs from the picture only by an extension of the last stroke, if at all. */
  private continues(ink: Ink, thickness: Thickness): boolean {
    const { shown } = this;
    if (!shown || shown.thickness !== thickness || ink.strokes.length === 0) return false;
    const before = shown.ink.strokes;
    const last = before.length - 1;
    return (
      before.length === ink.strokes.length &&
      before[last]?.[0] === ink.strokes[last]?.[0] &&
      (before[last]?.length ?? 0) <= (ink.strokes[last]?.length ?? 0) &&
      (last === 0 || before[last - 1] === ink.strokes[last - 1])
    );
  }

  /** Draw the end of the last stroke, which is complete, on the settled canvas. */
  private finish(ink: Ink): void {
    const stroke = ink.strokes.at(-1);
    if (!stroke) return;
    this.settle(stroke);
    const end = endOf(stroke);
    this.drawSettled(curve(end), end);
    this.settledPoints = 0;
  }

  /** Draw everything but the last stroke, which `drawEnd` draws. */
  private repaint(ink: Ink, thickness: Thickness): void {
    const { canvas, settled } = this;
    // Setting a side clears the canvas even if the value is the same, which is too slow for a stroke's first frame.
    if (settled.width !== canvas.width) settled.width = canvas.width;
    if (settled.height !== canvas.height) settled.height = canvas.height;
    const { color } = getComputedStyle(canvas);
    for (const target of [canvas, settled])
      drawStrokes(target, ink, ink.strokes.slice(0, -1), thickness, color);
    this.settledPoints = 0;
    this.stale = null;
  }

  /** Draw the stroke's end and its prediction over the settled part. */
  private drawEnd(ink: Ink, stroke: Stroke, predicted: readonly Tip[]): void {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    this.settle(stroke);
    const tail = [...endOf(stroke), ...preview(ink, predicted)];
    const box = boxAround(tail, context.lineWidth);
    this.copySettled(context, ink, union(this.stale, box));
    context.stroke(new Path2D(curve(tail)));
    this.stale = box;
  }

  /** Draw the stroke up to the midpoint of its last two points on the settled canvas: no later point changes it. */
  private settle(stroke: Stroke): void {
    if (stroke.length <= Math.max(2, this.settledPoints)) return;
    const fresh = stroke.slice(Math.max(0, this.settledPoints - 2));
    this.drawSettled(settledCurve(this.settledPoints > 2 ? joint(fresh) : (fresh[0] as Point), fresh), fresh);
    this.settledPoints = stroke.length;
  }

  /** Draw a path through `points` on the settled canvas; the visible canvas doesn't show it yet. */
  private drawSettled(path: string, points: readonly Point[]): void {
    const context = this.settled.getContext("2d");
    if (!context) return;
    context.stroke(new Path2D(path));
    this.stale = union(this.stale, boxAround(points, context.lineWidth));
  }

  /** Copy a box of the settled canvas to the visible one, widened to whole pixels. */
  private copySettled(context: CanvasRenderingContext2D, ink: Ink, box: Box): void {
    const { canvas, settled } = this;
    const across = canvas.width / ink.width;
    const down = canvas.height / ink.height;
    const left = Math.max(0, Math.floor(box.left * across));
    const top = Math.max(0, Math.floor(box.top * down));
    const width = Math.min(canvas.width, Math.ceil(box.right * across)) - left;
    const height = Math.min(canvas.height, Math.ceil(box.bottom * down)) - top;
    if (width <= 0 || height <= 0) return;
    context.save();
    context.resetTransform();
    // Erase by compositing: after a clearRect Chromium composites the whole canvas again.
    context.globalCompositeOperation = "destination-out";
    context.fillRect(left, top, width, height);
    context.globalCompositeOperation = "source-over";
    context.drawImage(settled, left, top, width, height, left, top, width, height);
    context.restore();
  }
}

/** The point where one curve ends and the next begins. */
const joint = ([a, b]: Stroke): Point => midpoint(a as Point, b as Point);

/** The part of a stroke that changes with the next point. */
function endOf(stroke: Stroke): Point[] {
  const end = stroke.slice(-2);
  return stroke.length > 2 ? [joint(end), ...end.slice(1)] : end;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A box around a line of this width through `points`. */
function boxAround(points: readonly Point[], width: number): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return {
    left: Math.min(...xs) - width,
    top: Math.min(...ys) - width,
    right: Math.max(...xs) + width,
    bottom: Math.max(...ys) + width,
  };
}

const union = (a: Box | null, b: Box): Box =>
  a
    ? {
        left: Math.min(a.left, b.left),
        top: Math.min(a.top, b.top),
        right: Math.max(a.right, b.right),
        bottom: Math.max(a.bottom, b.bottom),
      }
    : b;

/**
 * Give the canvas the screen's resolution, and call `redraw` when its pixels or the colours change. The returned function
 * stops this.
 */
export function keepSharp(canvas: HTMLCanvasElement, redraw: () => void): () => void {
  const observer = new ResizeObserver(([entry]) => {
    const exact = entry?.devicePixelContentBoxSize?.[0];
    canvas.width = pixels(canvas.clientWidth, exact?.inlineSize);
    canvas.height = pixels(canvas.clientHeight, exact?.blockSize);
    redraw();
  });
  const measure = () => {
    observer.unobserve(canvas);
    try {
      observer.observe(canvas, { box: "device-pixel-content-box" });
    } catch {
      observer.observe(canvas); // Safari has no device-pixel-content-box
    }
  };
  measure();
  const stop = new AbortController();
  // On another screen the same box may have more pixels, and not every ResizeObserver reports that.
  const watchRatio = () => {
    const changed = () => {
      measure();
      watchRatio();
    };
    const ratio = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    ratio.addEventListener("change", changed, { signal: stop.signal, once: true });
  };
  watchRatio();
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"])
    matchMedia(query).addEventListener("change", redraw, { signal: stop.signal });
  return () => {
    observer.disconnect();
    stop.abort();
  };
}

/** Device pixels of one side. The browser's number is ignored if it is far off, as in an emulated phone. */
function pixels(cssPx: number, exact: number | undefined): number {
  const expected = Math.max(1, Math.round(cssPx * devicePixelRatio));
  return exact && Math.abs(exact - expected) <= 1 ? exact : expected;
}

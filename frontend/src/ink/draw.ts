/** Ink to canvas. */

import { bends, curve, middle } from "./curve";
import { type Ink, type Point, preview, type Stroke, type Tip, undo } from "./ink";

/** Five widths, as parts of the writing area, so that a line looks the same on every screen. */
export const THICKNESSES = [0.012, 0.019, 0.028, 0.04, 0.056] as const;
export type Thickness = 0 | 1 | 2 | 3 | 4;

/** The pen's width in the ink's px. */
export const penWidth = (thickness: Thickness, areaWidth: number): number =>
  Math.round(THICKNESSES[thickness] * areaWidth * 10) / 10;

/** Strokes never change once made, so each is turned into a path once. */
const paths = new WeakMap<Stroke, Path2D>();

function pathOf(stroke: Stroke): Path2D {
  const path = paths.get(stroke) ?? new Path2D(curve(stroke));
  paths.set(stroke, path);
  return path;
}

/** Paint all of `ink` in the canvas's text colour. */
export function drawInk(canvas: HTMLCanvasElement, ink: Ink, thickness: Thickness): void {
  drawStrokes(canvas, ink, ink.strokes, thickness, getComputedStyle(canvas).color);
}

/** Paint these of the ink's strokes and nothing else, and leave the pen as they need it. */
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
  context.lineWidth = penWidth(thickness, ink.width);
  context.strokeStyle = colour;
  for (const stroke of strokes) context.stroke(pathOf(stroke));
}

/**
 * Ink on a canvas. Of a stroke that grows, only what is new is painted: what can't change any more goes to a sheet behind
 * the canvas, and the line's end, which bends with the next point, is painted over it and taken away again.
 */
export class Painter {
  private readonly canvas: HTMLCanvasElement;
  private readonly dry = document.createElement("canvas");
  private shown: { ink: Ink; thickness: Thickness } | null = null;
  /** How many points of the last stroke are on the dry sheet. */
  private settled = 0;
  /** The canvas's part that doesn't show what the dry sheet does, in the ink's px. */
  private stale: Box | null = null;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
  }

  /** Paint `ink` in the canvas's text colour; `ahead` leads its last stroke on, until the next time. */
  paint(ink: Ink, thickness: Thickness, ahead: readonly Tip[] = []): void {
    if (!this.goesOn(ink, thickness)) {
      const before = undo(ink);
      // A stroke more needs none of the others painted again; the one before may have gone on in the same frame.
      if (this.goesOn(before, thickness)) this.finish(before);
      else this.repaint(ink, thickness);
    }
    this.shown = { ink, thickness };
    const stroke = ink.strokes.at(-1);
    if (stroke) this.lead(ink, stroke, ahead);
  }

  /** The pixels or the colours changed: the next time everything is painted anew. */
  forget(): void {
    this.shown = null;
  }

  private goesOn(ink: Ink, thickness: Thickness): boolean {
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

  /** The last stroke has ended: all of it goes to the dry sheet. */
  private finish(ink: Ink): void {
    const stroke = ink.strokes.at(-1);
    if (!stroke) return;
    this.settle(stroke);
    const end = endOf(stroke);
    this.soak(curve(end), end);
    this.settled = 0;
  }

  /** Everything but the last stroke, which `lead` paints. */
  private repaint(ink: Ink, thickness: Thickness): void {
    const { canvas, dry } = this;
    // To set a side, even to what it is, makes all pixels anew: too much work for the frame in which a stroke begins.
    if (dry.width !== canvas.width) dry.width = canvas.width;
    if (dry.height !== canvas.height) dry.height = canvas.height;
    const { color } = getComputedStyle(canvas);
    for (const sheet of [canvas, dry]) drawStrokes(sheet, ink, ink.strokes.slice(0, -1), thickness, color);
    this.settled = 0;
    this.stale = null;
  }

  private lead(ink: Ink, stroke: Stroke, ahead: readonly Tip[]): void {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    this.settle(stroke);
    const tail = [...endOf(stroke), ...preview(ink, ahead)];
    const wet = around(tail, context.lineWidth);
    this.renew(context, ink, union(this.stale, wet));
    context.stroke(new Path2D(curve(tail)));
    this.stale = wet;
  }

  /** The stroke's curve up to the middle of its last two points goes to the dry sheet: no later point bends it. */
  private settle(stroke: Stroke): void {
    if (stroke.length <= Math.max(2, this.settled)) return;
    const fresh = stroke.slice(Math.max(0, this.settled - 2));
    this.soak(bends(this.settled > 2 ? joint(fresh) : (fresh[0] as Point), fresh), fresh);
    this.settled = stroke.length;
  }

  /** Paint a line through `points` on the dry sheet; the canvas doesn't show it yet. */
  private soak(path: string, points: readonly Point[]): void {
    const dry = this.dry.getContext("2d");
    if (!dry) return;
    dry.stroke(new Path2D(path));
    this.stale = union(this.stale, around(points, dry.lineWidth));
  }

  /** Show the dry sheet in a part of the canvas, on whole pixels. */
  private renew(context: CanvasRenderingContext2D, ink: Ink, box: Box): void {
    const { canvas, dry } = this;
    const across = canvas.width / ink.width;
    const down = canvas.height / ink.height;
    const left = Math.max(0, Math.floor(box.left * across));
    const top = Math.max(0, Math.floor(box.top * down));
    const width = Math.min(canvas.width, Math.ceil(box.right * across)) - left;
    const height = Math.min(canvas.height, Math.ceil(box.bottom * down)) - top;
    if (width <= 0 || height <= 0) return;
    context.save();
    context.resetTransform();
    // Erased with black: after a clearRect Chromium composes the whole canvas anew.
    context.globalCompositeOperation = "destination-out";
    context.fillRect(left, top, width, height);
    context.globalCompositeOperation = "source-over";
    context.drawImage(dry, left, top, width, height, left, top, width, height);
    context.restore();
  }
}

/** Where one bend ends and the next begins. */
const joint = ([a, b]: Stroke): Point => middle(a as Point, b as Point);

/** What of a stroke isn't settled: it bends with the next point. */
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

/** What a line of this width through `points` may touch. */
function around(points: readonly Point[], width: number): Box {
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

/** Keep the canvas as fine as the screen and call `redraw` whenever its pixels or the colours changed. */
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
      observer.observe(canvas); // Safari knows CSS px only
    }
  };
  measure();
  const stop = new AbortController();
  // On another screen the same box may have other pixels, and not every observer hears of that.
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

/** The screen's pixels on one side: what the browser says, unless it is far from right, as where it only plays a phone. */
function pixels(cssPx: number, exact: number | undefined): number {
  const about = Math.max(1, Math.round(cssPx * devicePixelRatio));
  return exact && Math.abs(exact - about) <= 1 ? exact : about;
}

/** Ink whose width follows the pen's speed: a slow stroke is thick, a quick one thin. It is only drawn so, never stored. */

import { midpoint } from "./curve";
import { penWidth, type Thickness } from "./draw";
import { type Ink, type Point, preview, type Stroke, type Tip } from "./ink";

/** Factors of the pen's width: at rest, at the start of a stroke, and the least, for very high speed. */
const SLOW = 1.35;
const START = 1.1;
const FAST = 0.45;
/** Widths of the writing area per second at which the width is halfway between slow and fast. */
const SPEED = 1.4;
/** ms over which speed is measured: single events have uneven times. */
const WINDOW = 30;
/** Fraction of the writing area over which the width adapts to a new speed; higher is smoother. */
const SMOOTH = 0.05;

/** Where a line passes, and half its width there; px of the ink. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/**
 * Factors of the pen's width at each point of a stroke, from the times at which it was written. A factor depends only on
 * the points up to its own, so that a stroke that grows keeps its widths. `pressure` multiplies the factor at a point.
 */
export function widthFactors(
  stroke: Stroke,
  areaWidth: number,
  pressure: (point: Point) => number = () => 1,
): number[] {
  const lengths = [0];
  let first = 0;
  let width = START;
  return stroke.map((point, i) => {
    const before = stroke[i - 1];
    if (before) {
      const step = Math.hypot(point[0] - before[0], point[1] - before[1]) / areaWidth;
      lengths.push((lengths[i - 1] as number) + step);
      while (first + 1 < i && point[2] - (stroke[first + 1] as Point)[2] >= WINDOW) first += 1;
      const time = Math.max(1, point[2] - (stroke[first] as Point)[2]) / 1000;
      const speed = ((lengths[i] as number) - (lengths[first] as number)) / time;
      const wanted = FAST + (SLOW - FAST) / (1 + speed / SPEED);
      width += (wanted - width) * (1 - Math.exp(-step / SMOOTH));
    }
    return width * pressure(point);
  });
}

/** The line through the stroke's points, smoothed as `curve` does, from point `from` on. */
export function spots(stroke: Stroke, factors: readonly number[], pen: number, from = 0): Spot[] {
  const radius = (i: number) => ((factors[i] ?? 1) * pen) / 2;
  const spot = ([x, y]: Point, r: number): Spot => ({ x, y, radius: r });
  const middle = (i: number) =>
    spot(midpoint(stroke[i] as Point, stroke[i + 1] as Point), (radius(i) + radius(i + 1)) / 2);
  const found: Spot[] = from < 1 ? [spot(stroke[0] as Point, radius(0))] : [middle(from)];
  for (let i = from + 1; i < stroke.length - 1; i += 1) {
    const start = found.at(-1) as Spot;
    const end = middle(i);
    const [cx, cy] = stroke[i] as Point;
    const pieces = Math.min(6, Math.max(1, Math.ceil(Math.hypot(end.x - start.x, end.y - start.y) / 3)));
    for (let n = 1; n <= pieces; n += 1) {
      const t = n / pieces;
      const s = 1 - t;
      found.push({
        x: s * s * start.x + 2 * s * t * cx + t * t * end.x,
        y: s * s * start.y + 2 * s * t * cy + t * t * end.y,
        radius: s * start.radius + t * end.radius,
      });
    }
  }
  return found;
}

/** The line from the last of `spots` to the stroke's end. */
const endOf = (stroke: Stroke, factors: readonly number[], pen: number): Spot => {
  const [x, y] = stroke.at(-1) as Point;
  return { x, y, radius: ((factors.at(-1) ?? 1) * pen) / 2 };
};

/** SVG path data of each part of a stroke, to be filled, with the time at which its point was written. */
export function parts(stroke: Stroke, areaWidth: number, pen: number): { path: string; time: number }[] {
  const factors = widthFactors(stroke, areaWidth);
  return stroke.map((point, i) => {
    const until = stroke.slice(0, i + 1);
    const line =
      i === stroke.length - 1
        ? [...spots(until, factors, pen, Math.max(0, i - 2)), endOf(until, factors, pen)]
        : spots(stroke.slice(0, i + 2), factors, pen, Math.max(0, i - 1));
    return { path: outline(line), time: point[2] };
  });
}

/** A disc at each spot and a band from each to the next, all of one direction, so that together they are one shape. */
export const outline = (line: readonly Spot[]): string =>
  line.map((spot, i) => disc(spot) + (i ? band(line[i - 1] as Spot, spot) : "")).join("");

const px = (value: number): string => String(Math.round(value * 100) / 100);

const disc = ({ x, y, radius }: Spot): string =>
  `M${px(x - radius)} ${px(y)}a${px(radius)} ${px(radius)} 0 1 1 ${px(2 * radius)} 0a${px(radius)} ${px(radius)} 0 1 1 ${px(-2 * radius)} 0z`;

function band(from: Spot, to: Spot): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return "";
  const right = (from.y - to.y) / length;
  const down = (to.x - from.x) / length;
  const corner = (spot: Spot, side: number) =>
    `${px(spot.x + side * right * spot.radius)} ${px(spot.y + side * down * spot.radius)}`;
  return `M${corner(from, -1)}L${corner(to, -1)} ${corner(to, 1)} ${corner(from, 1)}z`;
}

/**
 * Draws ink on a canvas as `InkRenderer` does, with lively strokes. A pen's pressure adds to the width while it writes;
 * it is kept here for as long as the page shows the stroke, and nowhere else. It is felt until `stopped` is aborted.
 */
export class LivelyRenderer {
  private readonly canvas: HTMLCanvasElement;
  /** Holds everything but the end of the last stroke. */
  private readonly settled = document.createElement("canvas");
  private readonly pressures = new WeakMap<Point, number>();
  /** Outlines of complete strokes, each for a pen's width. */
  private readonly outlines = new WeakMap<Stroke, { pen: number; path: Path2D }>();
  private pressure = 1;
  private shown: { ink: Ink; thickness: Thickness } | null = null;
  /** Number of the last stroke's points that are on the settled canvas. */
  private settledPoints = 0;

  constructor(canvas: HTMLCanvasElement, stopped: AbortSignal) {
    this.canvas = canvas;
    const feel = ({ pointerType, pressure }: PointerEvent) => {
      this.pressure = pointerType === "pen" && pressure > 0 ? 0.6 + 0.8 * pressure : 1;
    };
    for (const type of ["pointerdown", "pointermove"] as const)
      canvas.addEventListener(type, feel, { passive: true, signal: stopped });
  }

  paint(ink: Ink, thickness: Thickness, predicted: readonly Tip[] = []): void {
    const context = this.canvas.getContext("2d");
    const settled = this.settled.getContext("2d");
    if (!context || !settled) return;
    const stroke = ink.strokes.at(-1) ?? [];
    for (const point of stroke) if (!this.pressures.has(point)) this.pressures.set(point, this.pressure);
    if (!this.continues(ink, thickness)) this.repaint(settled, ink, thickness);
    this.shown = { ink, thickness };
    const pen = penWidth(thickness, ink);
    const factors = this.factors(ink, stroke);
    if (stroke.length > Math.max(2, this.settledPoints)) {
      fill(settled, spots(stroke, factors, pen, Math.max(0, this.settledPoints - 2)));
      this.settledPoints = stroke.length;
    }
    context.resetTransform();
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.drawImage(this.settled, 0, 0);
    if (stroke.length === 0) return;
    this.prepare(context, ink);
    const end = endOf(stroke, factors, pen);
    const last =
      stroke.length > 2 ? spots(stroke, factors, pen, stroke.length - 2) : spots(stroke, factors, pen);
    const next = preview(ink, predicted).map(([x, y]) => ({ x, y, radius: end.radius }));
    fill(context, [...last, end, ...next]);
  }

  /** Redraw everything the next time: the canvas's pixels or colours have changed. */
  invalidate(): void {
    this.shown = null;
  }

  private factors(ink: Ink, stroke: Stroke): number[] {
    return widthFactors(stroke, ink.width, (point) => this.pressures.get(point) ?? 1);
  }

  /** Whether `ink` differs from the picture only by an extension of the last stroke, if at all. */
  private continues(ink: Ink, thickness: Thickness): boolean {
    const before = this.shown?.ink.strokes ?? [];
    const last = before.length - 1;
    return (
      this.shown?.thickness === thickness &&
      last >= 0 &&
      before.length === ink.strokes.length &&
      before[last]?.[0] === ink.strokes[last]?.[0] &&
      this.settledPoints <= (ink.strokes[last]?.length ?? 0) &&
      before[last - 1] === ink.strokes[last - 1]
    );
  }

  /** Draw everything but the last stroke on the settled canvas. */
  private repaint(context: CanvasRenderingContext2D, ink: Ink, thickness: Thickness): void {
    this.settled.width = this.canvas.width;
    this.settled.height = this.canvas.height;
    this.settledPoints = 0;
    if (ink.strokes.length === 0) return;
    this.prepare(context, ink);
    const pen = penWidth(thickness, ink);
    for (const stroke of ink.strokes.slice(0, -1)) context.fill(this.outlineOf(ink, stroke, pen));
  }

  private outlineOf(ink: Ink, stroke: Stroke, pen: number): Path2D {
    const known = this.outlines.get(stroke);
    if (known?.pen === pen) return known.path;
    const factors = this.factors(ink, stroke);
    const path = new Path2D(outline([...spots(stroke, factors, pen), endOf(stroke, factors, pen)]));
    this.outlines.set(stroke, { pen, path });
    return path;
  }

  /** Give the context the ink's scale and colour. */
  private prepare(context: CanvasRenderingContext2D, ink: Ink): void {
    context.resetTransform();
    context.scale(this.canvas.width / ink.width, this.canvas.height / ink.height);
    context.fillStyle = getComputedStyle(this.canvas).color;
  }
}

const fill = (context: CanvasRenderingContext2D, line: readonly Spot[]): void =>
  context.fill(new Path2D(outline(line)));

/** Ink to canvas. */

import { curve } from "./curve";
import type { Ink, Stroke } from "./ink";

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
  const context = canvas.getContext("2d");
  if (!context) return;
  context.resetTransform();
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (ink.strokes.length === 0) return;
  context.scale(canvas.width / ink.width, canvas.height / ink.height);
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = penWidth(thickness, ink.width);
  context.strokeStyle = getComputedStyle(canvas).color;
  for (const stroke of ink.strokes) context.stroke(pathOf(stroke));
}

/** Keep the canvas as fine as the screen and call `redraw` whenever its pixels or the colours changed. */
export function keepSharp(canvas: HTMLCanvasElement, redraw: () => void): () => void {
  const observer = new ResizeObserver(([entry]) => {
    const exact = entry?.devicePixelContentBoxSize?.[0];
    canvas.width = pixels(canvas.clientWidth, exact?.inlineSize);
    canvas.height = pixels(canvas.clientHeight, exact?.blockSize);
    redraw();
  });
  try {
    observer.observe(canvas, { box: "device-pixel-content-box" });
  } catch {
    observer.observe(canvas); // Safari knows CSS px only
  }
  const night = matchMedia("(prefers-color-scheme: dark)");
  night.addEventListener("change", redraw);
  return () => {
    observer.disconnect();
    night.removeEventListener("change", redraw);
  };
}

/** The screen's pixels on one side: what the browser says, unless it is far from right, as where it only plays a phone. */
function pixels(cssPx: number, exact: number | undefined): number {
  const about = Math.max(1, Math.round(cssPx * devicePixelRatio));
  return exact && Math.abs(exact - about) <= 1 ? exact : about;
}

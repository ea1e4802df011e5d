/** Replays an attempt: every point appears at the time at which it was written. */

import { words } from "../words";

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

type Point = [x: number, y: number, t: number];

export function connectReplay(svg: SVGSVGElement, button: HTMLButtonElement, ink: Point[][]): void {
  const strokes = [...svg.querySelectorAll("path")].map((path, i) => ({
    path,
    whole: path.getAttribute("d") ?? "",
    points: ink[i] ?? [],
    end: ink[i]?.at(-1)?.[2] ?? 0,
  }));
  const end = Math.max(...strokes.map((stroke) => stroke.end));
  const label = button.textContent;
  let frame = 0;
  /** Number of strokes shown where motion is reduced. */
  let shown = strokes.length;

  function show(time: number): void {
    for (const { path, whole, points, end } of strokes) {
      path.setAttribute("d", end <= time ? whole : pathUntil(points, time));
    }
  }

  function stop(): void {
    cancelAnimationFrame(frame);
    frame = 0;
    button.textContent = label;
    show(end);
  }

  function play(): void {
    const start = performance.now();
    const tick = (now: number) => {
      if (now - start >= end) return stop();
      show(now - start);
      frame = requestAnimationFrame(tick);
    };
    button.textContent = words.stop;
    show(0);
    frame = requestAnimationFrame(tick);
  }

  /** Show one more stroke, which replaces the replay where motion is reduced. */
  function step(): void {
    shown = shown === strokes.length ? 1 : shown + 1;
    show(strokes[shown - 1]?.end ?? end);
  }

  button.addEventListener("click", () => {
    if (frame) stop();
    else if (reducedMotion.matches) step();
    else play();
  });
  button.hidden = false;
}

/** The path of the points up to `time`, ms. */
export function pathUntil(stroke: Point[], time: number): string {
  const written = stroke.filter(([, , t]) => t <= time).map(([x, y]) => `${x} ${y}`);
  // A dot is a line from a point to itself; its round caps are visible.
  if (written.length === 1) written.push(...written);
  return written.length ? `M${written.join("L")}` : "";
}

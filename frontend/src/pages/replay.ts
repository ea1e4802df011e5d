/** A writing is written again as it was: every point at its own time. */

import { words } from "../words";

type Point = [x: number, y: number, t: number];

export function replay(svg: SVGSVGElement, button: HTMLButtonElement, ink: Point[][]): void {
  const strokes = [...svg.querySelectorAll("path")].map((path, i) => ({
    path,
    whole: path.getAttribute("d") ?? "",
    points: ink[i] ?? [],
    end: ink[i]?.at(-1)?.[2] ?? 0,
  }));
  const end = Math.max(...strokes.map((stroke) => stroke.end));
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  const label = button.textContent;
  let frame = 0;
  /** Strokes that are shown where nothing may move. */
  let shown = strokes.length;

  function show(time: number): void {
    for (const { path, whole, points, end } of strokes) {
      path.setAttribute("d", end <= time ? whole : until(points, time));
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

  /** One stroke more at each press. */
  function step(): void {
    shown = shown === strokes.length ? 1 : shown + 1;
    show(strokes[shown - 1]?.end ?? end);
  }

  button.addEventListener("click", () => {
    if (frame) stop();
    else if (isStill.matches) step();
    else play();
  });
  button.hidden = false;
}

/** The path of what was written by `time`. */
export function until(stroke: Point[], time: number): string {
  const written = stroke.filter(([, , t]) => t <= time).map(([x, y]) => `${x} ${y}`);
  // A dot is a line to itself: with a round cap that shows.
  if (written.length === 1) written.push(...written);
  return written.length ? `M${written.join("L")}` : "";
}

/** Replays an attempt: every point appears at the time at which it was written. */

import { isStill } from "../motion";
import { isFlag, persistent, recall } from "../storage";
import { words } from "../words";

type Point = [x: number, y: number, t: number];

interface Replayed {
  path: SVGPathElement;
  end: number;
  /** The path data of what was written until `time`, ms. */
  until(time: number): string;
}

export function connectReplay(svg: SVGSVGElement, button: HTMLButtonElement, ink: Point[][]): void {
  const strokes = [...svg.querySelectorAll("path")].map((path, i): Replayed => {
    const whole = path.getAttribute("d") ?? "";
    const points = ink[i] ?? [];
    const end = points.at(-1)?.[2] ?? 0;
    return { path, end, until: (time) => (end <= time ? whole : pathUntil(points, time)) };
  });
  const end = Math.max(...strokes.map((stroke) => stroke.end));
  const label = button.textContent;
  let frame = 0;
  /** Number of strokes shown where motion is reduced. */
  let shown = strokes.length;

  function show(time: number): void {
    for (const { path, until } of strokes) path.setAttribute("d", until(time));
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
    else if (isStill()) step();
    else play();
  });
  button.hidden = false;
  if (recall(persistent, "lively", false, isFlag))
    import("../ink/lively").then(
      ({ parts }) => {
        const { width } = svg.viewBox.baseVal;
        strokes.forEach((stroke, i) => {
          const pen = Number.parseFloat(getComputedStyle(stroke.path).strokeWidth);
          const drawn = parts(ink[i] ?? [], width, pen);
          stroke.until = (time) =>
            drawn
              .filter((part) => part.time <= time)
              .map((part) => part.path)
              .join("");
          stroke.path.style.fill = getComputedStyle(stroke.path).stroke;
          stroke.path.style.stroke = "none";
        });
        if (!frame) show(end);
      },
      () => {}, // without a connection the strokes stay plain
    );
}

/** The path of the points up to `time`, ms. */
export function pathUntil(stroke: Point[], time: number): string {
  const written = stroke.filter(([, , t]) => t <= time).map(([x, y]) => `${x} ${y}`);
  // A dot is a line from a point to itself; its round caps are visible.
  if (written.length === 1) written.push(...written);
  return written.length ? `M${written.join("L")}` : "";
}

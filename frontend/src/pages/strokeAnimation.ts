/** The large glyph writes itself, stroke by stroke. */

import { words } from "../words";

/** CSS px of the drawing's 109 that the brush goes in a millisecond, and what it takes to set it down. */
const SPEED = 0.1;
const SHORTEST = 250;
const LIFT = 180;

export function moveBrush(svg: SVGSVGElement, tools: HTMLElement): void {
  const strokes = [...svg.querySelectorAll("path")];
  const button = (name: string) => tools.querySelector<HTMLButtonElement>(`[data-do="${name}"]`);
  const counter = tools.querySelector("output");
  const play = button("play");
  const back = button("back");
  const on = button("on");
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  let shown = strokes.length;
  let moving: Animation[] = [];
  tools.hidden = false;

  function show(count: number): void {
    for (const animation of moving) animation.cancel();
    moving = [];
    shown = count;
    strokes.forEach((stroke, i) => {
      stroke.classList.toggle("is-to-come", i >= count);
      stroke.classList.toggle("is-new", i === count - 1 && count < strokes.length);
    });
    if (counter) counter.textContent = words.strokeOf(count, strokes.length);
    if (back) back.disabled = count === 0;
    if (on) on.disabled = count === strokes.length;
    if (play) play.textContent = words.play;
  }

  function write(): void {
    show(strokes.length);
    let delay = 0;
    for (const stroke of strokes) {
      // Its length in the drawing: `pathLength` is 1, so that a dash of 1 is the whole stroke.
      const duration = Math.max(SHORTEST, stroke.getTotalLength() / SPEED);
      const frames = [
        { strokeDasharray: "1 1", strokeDashoffset: 1, opacity: 0 },
        { strokeDasharray: "1 1", strokeDashoffset: 0.99, opacity: 1, offset: 0.01 },
        { strokeDasharray: "1 1", strokeDashoffset: 0, opacity: 1 },
      ];
      moving.push(stroke.animate(frames, { delay, duration, easing: "ease-in-out", fill: "backwards" }));
      delay += duration + LIFT;
    }
    if (play) play.textContent = words.stop;
    const these = moving;
    Promise.all(these.map(({ finished }) => finished)).then(
      () => these === moving && show(strokes.length),
      () => undefined, // stopped
    );
  }

  play?.addEventListener("click", () => {
    if (moving.length) show(strokes.length);
    else if (isStill.matches) show(shown === strokes.length ? 1 : shown + 1);
    else write();
  });
  back?.addEventListener("click", () => show(Math.max(0, shown - 1)));
  on?.addEventListener("click", () => show(Math.min(strokes.length, shown + 1)));
  show(strokes.length);
}

/** Animates the strokes of a character's large picture. */

import { isStill } from "../motion";
import { words } from "../words";

/** Units of the picture, which is 109 wide, per ms; the shortest stroke and the pause after each, ms. */
const SPEED = 0.1;
const SHORTEST_STROKE = 250;
const PAUSE = 180;

export function animateStrokes(svg: SVGSVGElement, tools: HTMLElement): void {
  const strokes = [...svg.querySelectorAll("path")];
  const button = (name: string) => tools.querySelector<HTMLButtonElement>(`[data-do="${name}"]`);
  const counter = tools.querySelector("output");
  const playButton = button("play");
  const backButton = button("back");
  const forwardButton = button("on");
  let shown = strokes.length;
  let running: Animation[] = [];
  tools.hidden = false;

  function showNumber(shownStrokes: number): void {
    if (counter) counter.textContent = words.strokeOf(shownStrokes, strokes.length);
  }

  function show(count: number): void {
    for (const animation of running) animation.cancel();
    running = [];
    shown = count;
    strokes.forEach((stroke, i) => {
      stroke.classList.toggle("is-to-come", i >= count);
      stroke.classList.toggle("is-new", i === count - 1 && count < strokes.length);
    });
    showNumber(count);
    if (backButton) backButton.disabled = count === 0;
    if (forwardButton) forwardButton.disabled = count === strokes.length;
    if (playButton) playButton.textContent = words.play;
  }

  function play(): void {
    show(strokes.length);
    let delay = 0;
    for (const stroke of strokes) {
      // `pathLength` is 1, so a dash of 1 is the whole stroke.
      const duration = Math.max(SHORTEST_STROKE, stroke.getTotalLength() / SPEED);
      const frames = [
        { strokeDasharray: "1 1", strokeDashoffset: 1, opacity: 0 },
        { strokeDasharray: "1 1", strokeDashoffset: 0.99, opacity: 1, offset: 0.01 },
        { strokeDasharray: "1 1", strokeDashoffset: 0, opacity: 1 },
      ];
      running.push(stroke.animate(frames, { delay, duration, easing: "ease-in-out", fill: "backwards" }));
      delay += duration + PAUSE;
    }
    if (playButton) playButton.textContent = words.stop;
    const started = running;
    showNumber(1);
    started.forEach(({ finished }, i) => {
      // The number of the stroke that is being written.
      finished.then(
        () => started === running && showNumber(Math.min(i + 2, strokes.length)),
        () => undefined, // stopped
      );
    });
    Promise.all(started.map(({ finished }) => finished)).then(
      () => started === running && show(strokes.length),
      () => undefined, // stopped
    );
  }

  playButton?.addEventListener("click", () => {
    if (running.length) show(strokes.length);
    else if (isStill()) show(shown === strokes.length ? 1 : shown + 1);
    else play();
  });
  backButton?.addEventListener("click", () => show(Math.max(0, shown - 1)));
  forwardButton?.addEventListener("click", () => show(Math.min(strokes.length, shown + 1)));
  show(strokes.length);
}

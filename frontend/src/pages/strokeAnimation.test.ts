import { afterEach, beforeEach, expect, test } from "vitest";
import { animateStrokes } from "./strokeAnimation";

let svg: SVGSVGElement;
let tools: HTMLElement;
/** Ends the animation of the next stroke. */
let finish: (() => void)[];

const counter = () => tools.querySelector("output")?.textContent;
const press = (name: string) => tools.querySelector<HTMLButtonElement>(`[data-do="${name}"]`)?.click();
const finishStroke = async () => {
  finish.shift()?.();
  await new Promise((resolve) => setTimeout(resolve));
};

beforeEach(() => {
  finish = [];
  document.body.innerHTML = `<svg>${"<path></path>".repeat(3)}</svg>
    <div><button data-do="back"></button><button data-do="play"></button><button data-do="on"></button><output></output></div>`;
  svg = document.querySelector("svg") as SVGSVGElement;
  tools = document.querySelector("div") as HTMLElement;
  for (const path of svg.querySelectorAll("path")) {
    path.getTotalLength = () => 50;
    path.animate = () => {
      let cancel = () => {};
      const finished = new Promise<void>((resolve, reject) => {
        finish.push(resolve);
        cancel = () => reject(new Error("cancelled"));
      });
      return { finished, cancel } as unknown as Animation;
    };
  }
  animateStrokes(svg, tools);
});

test("during Play the counter names the stroke that is being written", async () => {
  expect(counter()).toBe("3 of 3");
  press("play");
  const seen = [counter()];
  for (let stroke = 0; stroke < 3; stroke += 1) {
    await finishStroke();
    seen.push(counter());
  }
  expect(seen).toEqual(["1 of 3", "2 of 3", "3 of 3", "3 of 3"]);
});

afterEach(() => localStorage.clear());

test("where the settings of the device reduce motion, Play shows one more stroke at a time", () => {
  localStorage.setItem("still", "true");
  const seen = [1, 2, 3, 4].map(() => {
    press("play");
    return counter();
  });
  expect(seen).toEqual(["1 of 3", "2 of 3", "3 of 3", "1 of 3"]);
  expect(finish).toEqual([]);
});

test("Stop shows all strokes, and what was playing no longer counts", async () => {
  press("play");
  await finishStroke();
  press("play");
  expect(counter()).toBe("3 of 3");
  await finishStroke();
  expect(counter()).toBe("3 of 3");
});

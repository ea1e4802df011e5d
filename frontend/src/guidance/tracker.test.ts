import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Reference } from "../api";

let paper: typeof import("../state/paper");
let tracker: typeof import("./tracker");
let stop: () => void;

/** 十: a horizontal and a vertical line. */
const TEN: Reference = {
  side: 100,
  strokes: [
    [
      [20, 45],
      [80, 45],
    ],
    [
      [50, 10],
      [50, 90],
    ],
  ],
};
const ACROSS = [0.2, 0.45, 0.8, 0.45] as const;
const DOWN = [0.5, 0.1, 0.5, 0.9] as const;
const ASTRAY = [0.1, 0.9, 0.15, 0.95] as const;

beforeEach(async () => {
  vi.resetModules();
  sessionStorage.clear();
  paper = await import("../state/paper");
  tracker = await import("./tracker");
  stop = tracker.track(TEN);
});

afterEach(() => stop());

/** Touch a canvas, as the pen does, around what `during` does to the paper. */
function touch(during: () => void, end = "pointerup") {
  const canvas = document.body.appendChild(document.createElement("canvas"));
  canvas.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  during();
  canvas.dispatchEvent(new Event(end, { bubbles: true }));
  canvas.remove();
}

const draw = ([x, y, toX, toY]: readonly [number, number, number, number]) =>
  touch(() => {
    paper.beginStroke({ x, y, at: 0 }, { width: 300, height: 300 });
    paper.extendStroke(
      [0.25, 0.5, 0.75, 1].map((t) => ({ x: x + (toX - x) * t, y: y + (toY - y) * t, at: 9 })),
    );
    paper.endStroke();
  });

test("after two misses the next stroke is shown, until it is written", () => {
  draw(ACROSS);
  expect(tracker.nextStroke.value).toBe(1);
  draw(ASTRAY);
  expect(tracker.hinted.value).toBeNull();
  draw(ASTRAY);
  expect(tracker.hinted.value).toBe(1);
  draw(DOWN);
  expect(tracker.hinted.value).toBeNull();
  expect(tracker.nextStroke.value).toBeNull();
});

test("misses at different strokes don't add up", () => {
  draw(ASTRAY);
  draw(ACROSS);
  draw(ASTRAY);
  expect(tracker.hinted.value).toBeNull();
});

test("undoing a missed stroke keeps the hint, and redoing it is no further miss", () => {
  draw(ASTRAY);
  paper.undoStroke();
  paper.redoStroke();
  expect(tracker.hinted.value).toBeNull();
  draw(ASTRAY);
  paper.undoStroke();
  expect(tracker.hinted.value).toBe(0);
});

test("a palm's stroke, which is taken back, is no miss", () => {
  for (let i = 0; i < 3; i++)
    touch(() => {
      paper.beginStroke({ x: 0.1, y: 0.9, at: 0 }, { width: 300, height: 300 });
      paper.cancelStroke();
    }, "pointercancel");
  expect(tracker.hinted.value).toBeNull();
});

test("a stroke isn't judged while it is being drawn", () => {
  touch(() => {
    paper.beginStroke({ x: 0.2, y: 0.45, at: 0 }, { width: 300, height: 300 });
    paper.extendStroke([{ x: 0.8, y: 0.45, at: 9 }]);
    expect(tracker.nextStroke.value).toBe(0);
  });
  expect(tracker.nextStroke.value).toBe(1);
});

test("once the attempt is sent there is no hint, and the next attempt begins without misses", () => {
  draw(ASTRAY);
  draw(ASTRAY);
  paper.markSent("a");
  expect(tracker.hinted.value).toBeNull();
  paper.clear();
  expect(tracker.hinted.value).toBeNull();
});

test("strokes from before a reload are no misses", () => {
  draw(ASTRAY);
  draw(ASTRAY);
  stop();
  stop = tracker.track(TEN);
  expect(tracker.hinted.value).toBeNull();
  draw(ASTRAY);
  draw(ASTRAY);
  expect(tracker.hinted.value).toBe(0);
});

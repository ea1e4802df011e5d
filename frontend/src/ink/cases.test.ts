/** Replays `pointers.json` of the reported cases, which lie beside the repository: presses and moves as they were reported. */

import { existsSync, readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { fakeServer, openPage, type Page } from "../state/testing";
import { listenToPen } from "./pen";
import { references } from "./referencesForTests";

interface Case {
  kind: string;
  page: string;
  steps: string[];
  right: string;
}

const FOLDERS = ["../../../..", "../../../../.."].map((up) => `${import.meta.dirname}/${up}/shared/cases`);
const FILE = FOLDERS.map((folder) => `${folder}/pointers.json`).find(existsSync);
const cases: Case[] = FILE ? JSON.parse(readFileSync(FILE, "utf8")) : [];

fakeServer();
let page: Page;
let area: HTMLElement;
/** Positions while no button was pressed: none of them may become ink. */
let hovered: string[];

beforeEach(async () => {
  page = await openPage();
  hovered = [];
});

function openArea(side: number): void {
  area = document.createElement("canvas");
  area.getBoundingClientRect = () => new DOMRect(0, 0, side, side);
  area.setPointerCapture = () => {};
  area.hasPointerCapture = () => true;
  listenToPen(area, {
    down: page.beginStroke,
    move: page.extendStroke,
    up: page.endStroke,
    cancel: page.cancelStroke,
    erase: page.eraseStrokes,
  });
}

function point(type: string, buttons: number, [x = 0, y = 0]: readonly number[]): void {
  const [pointerId, pointerType] = [1, "mouse"];
  area.dispatchEvent(
    new PointerEvent(type, { pointerId, pointerType, isPrimary: true, buttons, clientX: x, clientY: y }),
  );
}

/** Write a character's reference, with an event at every pixel. */
function writeReference(character: string, side: number): void {
  const reference = references.get(character);
  if (!reference) throw new Error(`no reference of ${character}`);
  for (const stroke of reference.strokes) {
    const corners = stroke.map((corner) => corner.map((at) => (at / reference.side) * side));
    const [start = []] = corners;
    point("pointerdown", 1, start);
    let from = start;
    for (const to of corners.slice(1)) {
      const [x = 0, y = 0] = from;
      const [dx, dy] = [(to[0] ?? 0) - x, (to[1] ?? 0) - y];
      const pixels = Math.ceil(Math.hypot(dx, dy));
      for (let i = 1; i <= pixels; i += 1)
        point("pointermove", 1, [x + (dx * i) / pixels, y + (dy * i) / pixels]);
      from = to;
    }
    point("pointerup", 0, from);
  }
}

/** Do what one step says. */
function replay(step: string, side: number): void {
  const character = /^write (.) along the reference/u.exec(step)?.[1];
  if (character) writeReference(character, side);
  if (!step.startsWith("mouse:")) return;
  const buttons = step.includes("without a button") ? 0 : 1;
  let type = "";
  let at: number[] = [];
  for (const [word, x, y] of step.matchAll(/press|move|release|\((\d+),(\d+)\)/g)) {
    if (word === "release") point("pointerup", 0, at);
    else if (!x) type = word === "press" ? "pointerdown" : "pointermove";
    else {
      at = [Number(x), Number(y)];
      point(type, buttons, at);
      if (!buttons) hovered.push(String(at));
    }
  }
}

if (!FILE) test.skip("the reported cases, which are missing here", () => {});

test.each(cases)("$kind: $right", ({ page: where, steps, right }) => {
  const side = Number(/paper (\d+) px/.exec(where)?.[1] ?? 400);
  openArea(side);
  for (const step of steps) replay(step, side);
  const { strokes } = page.ink.value;
  const expected = /^two strokes/.test(right) ? 2 : Number(/all (\d+) strokes/.exec(right)?.[1]);
  expect(strokes).toHaveLength(expected);
  expect(strokes.every((stroke) => stroke.length > 1)).toBe(true);
  expect(strokes.flat().filter(([x, y]) => hovered.includes(String([x, y])))).toEqual([]);
  expect(page.paperIsFull.value).toBe(false);
});

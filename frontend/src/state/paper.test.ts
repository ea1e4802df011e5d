import { beforeEach, expect, test, vi } from "vitest";
import { attempt, drawStroke, fakeServer, json, leavePage, openPage, type Page, server } from "./testing";

fakeServer();
let page: Page;
beforeEach(async () => {
  page = await openPage();
});

test.each([
  ["永", "kanji"],
  ["ぁ", "kana"],
  ["ヴ", "kana"],
  ["7", "alphanumeric"],
  ["q", "alphanumeric"],
  ["é", "all"],
] as const)("while %s is practised, only the script %s can be chosen", (character, fitting) => {
  page.practise(character);
  for (const script of ["kana", "kanji", "alphanumeric"] as const) {
    page.chooseScript(script);
    expect(page.script.value).toBe(script === fitting ? script : "all");
  }
});

test("a script that the practised character doesn't belong to returns once it isn't practised", () => {
  page.chooseScript("kana");
  page.practise("永");
  expect(page.script.value).toBe("all");
  page.practise("");
  expect(page.script.value).toBe("kana");
});

test("the first stroke after a result begins a new attempt and closes the result", async () => {
  drawStroke(page);
  server.answers = [json(201, attempt())];
  await page.score();
  drawStroke(page);
  expect(page.ink.value.strokes).toHaveLength(1);
  expect(page.shown.value).toBeNull();
  expect(page.canScore.value).toBe(true);
});

test("undo brings back what clear removed", () => {
  drawStroke(page);
  drawStroke(page);
  page.clear();
  expect(page.strokeCount.value).toBe(0);
  page.undoStroke();
  expect(page.strokeCount.value).toBe(2);
  page.undoStroke();
  expect(page.strokeCount.value).toBe(1);
});

test("the pen that is down when the sheet is changed doesn't extend the strokes of the next", () => {
  drawStroke(page);
  const other = page.ink.value;
  page.beginStroke({ x: 0.1, y: 0.1, at: 0 }, { width: 300, height: 300 });
  page.discardSheet(other);
  page.extendStroke([{ x: 0.5, y: 0.5, at: 500 }]);
  expect(page.ink.value).toBe(other);
});

test("a touch that turns out to be a palm doesn't bring back what was cleared during it", () => {
  drawStroke(page);
  page.beginStroke({ x: 0.1, y: 0.1, at: 0 }, { width: 300, height: 300 });
  page.clear();
  page.cancelStroke();
  expect(page.strokeCount.value).toBe(0);
});

test("redo brings back what undo removed, including a clear, until the next stroke", () => {
  drawStroke(page);
  drawStroke(page);
  page.undoStroke();
  page.undoStroke();
  page.redoStroke();
  page.redoStroke();
  expect(page.strokeCount.value).toBe(2);
  page.clear();
  page.undoStroke();
  page.redoStroke();
  expect(page.strokeCount.value).toBe(0);
  page.undoStroke();
  expect(page.strokeCount.value).toBe(2);
  page.undoStroke();
  drawStroke(page);
  expect(page.canRedo.value).toBe(false);
});

const eraseAll = () => page.eraseStrokes([{ x: 0.5, y: 0.5, at: 200 }]);

test("undo brings back what the eraser removed, redo erases it again", async () => {
  drawStroke(page);
  drawStroke(page);
  const before = page.ink.value;
  await eraseAll();
  expect(page.strokeCount.value).toBe(0);
  page.undoStroke();
  expect(page.ink.value).toBe(before);
  page.redoStroke();
  expect(page.strokeCount.value).toBe(0);
  page.undoStroke();
  page.undoStroke();
  expect(page.strokeCount.value).toBe(1);
});

test("the eraser makes new, unsent ink of a sent attempt", async () => {
  drawStroke(page);
  page.beginStroke({ x: 0.1, y: 0.9, at: 0 }, { width: 300, height: 300 });
  page.endStroke();
  server.answers = [json(201, attempt())];
  await page.score();
  await eraseAll();
  expect([page.strokeCount.value, page.isSent.value, page.shown.value]).toEqual([1, false, null]);
});

test("the eraser leaves ink alone while it is being sent", async () => {
  drawStroke(page);
  let answer = () => {};
  server.answers = [
    () =>
      new Promise((resolve) => {
        answer = () => resolve(json(201, attempt())());
      }),
  ];
  const sending = page.score();
  await eraseAll();
  expect([page.isSending.value, page.strokeCount.value]).toEqual([true, 1]);
  answer();
  await sending;
});

test("undo doesn't bring back a discarded sheet", () => {
  drawStroke(page);
  page.discardSheet();
  expect(page.canUndo.value).toBe(false);
});

test("after an undo during a stroke, the pen doesn't extend the stroke before", () => {
  drawStroke(page);
  const before = page.ink.value.strokes;
  page.beginStroke({ x: 0.2, y: 0.2, at: 0 }, { width: 360, height: 360 });
  page.undoStroke();
  page.extendStroke([{ x: 0.8, y: 0.8, at: 100 }]);
  page.endStroke();
  expect(page.ink.value.strokes).toEqual(before);
});

test("a cancelled stroke changes neither the ink nor the result nor redo", async () => {
  const touch = () => {
    page.beginStroke({ x: 0.5, y: 0.5, at: 0 }, { width: 360, height: 360 });
    page.extendStroke([{ x: 0.6, y: 0.6, at: 50 }]);
    page.cancelStroke();
  };
  drawStroke(page);
  drawStroke(page);
  page.undoStroke();
  touch();
  expect([page.strokeCount.value, page.canRedo.value]).toEqual([1, true]);
  server.answers = [json(201, attempt())];
  await page.score();
  touch();
  expect([page.strokeCount.value, page.isSent.value, page.shown.value?.id]).toEqual([1, true, "a"]);
});

test("unsent ink survives a reload, sent ink doesn't", async () => {
  drawStroke(page);
  leavePage();
  page = await openPage();
  expect(page.strokeCount.value).toBe(1);
  server.answers = [json(201, attempt())];
  await page.score();
  page = await openPage();
  expect(page.strokeCount.value).toBe(0);
});

test("ink is stored once the pen rests, not between two quick strokes", async () => {
  drawStroke(page);
  vi.advanceTimersByTime(200);
  drawStroke(page);
  vi.advanceTimersByTime(200);
  expect(sessionStorage.getItem(`ink ${location.pathname}`)).toBeNull();
  vi.advanceTimersByTime(200);
  page = await openPage();
  expect(page.strokeCount.value).toBe(2);
});

test("the tools are remembered", async () => {
  page.chooseThickness(4);
  page.nextGuides();
  page.chooseScript("kanji");
  page.practise("永");
  page = await openPage();
  expect(page.thickness.value).toBe(4);
  expect(page.guides.value).toBe("diagonal");
  expect(page.script.value).toBe("kanji");
  expect(page.practised.value).toBe("永");
});

test("the practised character is forgotten when the browser is closed, the other tools aren't", async () => {
  page.chooseScript("kanji");
  page.practise("永");
  sessionStorage.clear();
  page = await openPage();
  expect([page.practised.value, page.script.value]).toEqual(["", "kanji"]);
});

test("a stored script that the page doesn't know is ignored", async () => {
  localStorage.setItem("script", '"hangul"');
  page = await openPage();
  expect(page.script.value).toBe("all");
});

test("an eraser that can't be loaded says so and erases nothing", async () => {
  vi.doMock("../ink/erase", () => {
    throw new TypeError("Failed to fetch dynamically imported module");
  });
  drawStroke(page);
  await page.eraseStrokes([{ x: 0.5, y: 0.5, at: 0 }]);
  vi.doUnmock("../ink/erase");
  expect(page.trouble.value?.text).toContain("No connection");
  expect(page.strokeCount.value).toBe(1);
});

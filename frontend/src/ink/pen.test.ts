import { beforeEach, expect, test } from "vitest";
import { coalesced, listenToPen, type PenListener, thinned } from "./pen";

let area: HTMLElement;
let calls: string[];
const xs = (tips: readonly { x: number }[]): number[] => tips.map((tip) => tip.x);
const listener: PenListener = {
  down: (tip, box) => calls.push(`down ${tip.x} ${tip.y} of ${box.width}`),
  move: (tips, predicted) =>
    calls.push(["move", ...xs(tips), ...(predicted.length ? ["predicted", ...xs(predicted)] : [])].join(" ")),
  up: () => calls.push("up"),
  cancel: () => calls.push("cancel"),
};

beforeEach(() => {
  calls = [];
  area = document.createElement("canvas");
  area.getBoundingClientRect = () => new DOMRect(100, 100, 200, 200);
  area.setPointerCapture = () => {};
  listenToPen(area, listener);
});

function point(type: string, init: PointerEventInit & { at?: number } = {}): PointerEvent {
  const event = new PointerEvent(type, {
    pointerId: 1,
    isPrimary: true,
    pointerType: "mouse",
    clientX: 200,
    clientY: 150,
    cancelable: true,
    ...init,
  });
  if (init.at !== undefined) Object.defineProperty(event, "timeStamp", { value: init.at });
  area.dispatchEvent(event);
  return event;
}

test("a stroke is reported in fractions of the area", () => {
  point("pointerdown");
  point("pointermove", { clientX: 250 });
  point("pointerup");
  expect(calls).toEqual(["down 0.5 0.25 of 200", "move 0.75", "up"]);
});

test("the area may move during a stroke", () => {
  point("pointerdown");
  area.getBoundingClientRect = () => new DOMRect(0, 0, 400, 400);
  point("pointermove", { clientX: 100 });
  expect(calls.at(-1)).toBe("move 0.25");
});

test("all coalesced events are reported", () => {
  const [first, second] = [new PointerEvent("pointermove"), new PointerEvent("pointermove")];
  const merged = Object.assign(new PointerEvent("pointermove"), {
    getCoalescedEvents: () => [first, second],
  });
  expect(coalesced(merged)).toEqual([first, second]);
});

test.each([
  ["has no getCoalescedEvents", undefined],
  ["returns an empty list", () => []],
])("a browser that %s reports the event itself", (_, getCoalescedEvents) => {
  const event = new PointerEvent("pointermove");
  Object.defineProperty(event, "getCoalescedEvents", { value: getCoalescedEvents });
  expect(coalesced(event)).toEqual([event]);
});

test("many coalesced events are thinned evenly, and the last one stays", () => {
  const events = Array.from({ length: 40 }, (_, i) => i);
  expect(thinned(events)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39]);
  expect(thinned([1, 2, 3])).toEqual([1, 2, 3]);
});

test("predicted positions are reported separately from real ones", () => {
  point("pointerdown");
  const event = new PointerEvent("pointermove", { pointerId: 1, clientX: 250, clientY: 150 });
  const next = new PointerEvent("pointermove", { clientX: 260, clientY: 150 });
  Object.defineProperty(event, "getPredictedEvents", { value: () => [next] });
  area.dispatchEvent(event);
  expect(calls.at(-1)).toBe("move 0.75 predicted 0.8");
});

test("a second finger is ignored", () => {
  point("pointerdown", { pointerType: "touch" });
  point("pointerdown", { pointerType: "touch", pointerId: 2, isPrimary: false });
  point("pointermove", { pointerType: "touch", pointerId: 2 });
  point("pointerup", { pointerType: "touch", pointerId: 2 });
  expect(calls).toEqual(["down 0.5 0.25 of 200"]);
});

test("a touch soon after the pen is ignored, one long after it isn't", () => {
  point("pointermove", { pointerType: "pen", at: 1000 });
  point("pointerdown", { pointerType: "touch", at: 2000 });
  expect(calls).toEqual([]);
  point("pointerdown", { pointerType: "touch", at: 20_000 });
  expect(calls).toHaveLength(1);
});

test("a palm that came down before the pen is cancelled", () => {
  point("pointerdown", { pointerType: "touch" });
  point("pointerdown", { pointerType: "pen", pointerId: 2, isPrimary: true });
  expect(calls).toEqual(["down 0.5 0.25 of 200", "cancel", "down 0.5 0.25 of 200"]);
});

test("when the system cancels the pointer, a touch is discarded and a pen's stroke ends", () => {
  point("pointerdown", { pointerType: "touch" });
  point("pointercancel", { pointerType: "touch" });
  point("pointerdown", { pointerType: "pen" });
  point("pointercancel", { pointerType: "pen" });
  expect(calls.filter((call) => !call.startsWith("down"))).toEqual(["cancel", "up"]);
});

test("the right button draws nothing and opens no menu", () => {
  point("pointerdown", { button: 2 });
  expect(calls).toEqual([]);
  expect(point("contextmenu").defaultPrevented).toBe(true);
});

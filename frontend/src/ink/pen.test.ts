import { beforeEach, expect, test } from "vitest";
import { coalesced, listenToPen, type PenListener, thinned } from "./pen";

let area: HTMLElement;
let calls: string[];
/** Ids of the pointers that the area has captured. */
let captured: Set<number>;
const xs = (tips: readonly { x: number }[]): number[] => tips.map((tip) => tip.x);
const listener: PenListener = {
  down: (tip, box) => calls.push(`down ${tip.x} ${tip.y} of ${box.width}`),
  move: (tips, predicted) =>
    calls.push(["move", ...xs(tips), ...(predicted.length ? ["predicted", ...xs(predicted)] : [])].join(" ")),
  up: () => calls.push("up"),
  cancel: () => calls.push("cancel"),
  erase: (path) => calls.push(`erase ${xs(path).join(" ")}`),
  ignored: () => calls.push("ignored"),
};

beforeEach(() => {
  calls = [];
  area = document.createElement("canvas");
  area.getBoundingClientRect = () => new DOMRect(100, 100, 200, 200);
  captured = new Set();
  area.setPointerCapture = (id) => captured.add(id);
  area.hasPointerCapture = (id) => captured.has(id);
  listenToPen(area, listener);
});

function point(type: string, init: PointerEventInit & { at?: number } = {}): PointerEvent {
  const event = new PointerEvent(type, {
    pointerId: 1,
    isPrimary: true,
    pointerType: "mouse",
    buttons: type === "pointerup" ? 0 : 1,
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
  const event = new PointerEvent("pointermove", { pointerId: 1, buttons: 1, clientX: 250, clientY: 150 });
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

test("a touch within ten seconds of the pen's last contact is ignored, a later one isn't", () => {
  point("pointerdown", { pointerType: "pen", at: 1000 });
  point("pointerup", { pointerType: "pen", at: 2000 });
  calls = [];
  point("pointerdown", { pointerType: "touch", at: 10_999 });
  expect(calls).toEqual([]);
  point("pointerdown", { pointerType: "touch", at: 11_000 });
  expect(calls).toHaveLength(1);
});

test("a touch is ignored while the pen hovers, and counts half a second later", () => {
  point("pointermove", { pointerType: "pen", buttons: 0, at: 1000 });
  point("pointerdown", { pointerType: "touch", at: 1499 });
  expect(calls).toEqual([]);
  point("pointerdown", { pointerType: "touch", at: 1500 });
  expect(calls).toHaveLength(1);
});

test.each([
  ["far, it is reported and the next one counts", 231, ["ignored", "down 0.5 0.25 of 200"]],
  ["a little, it was the palm", 229, []],
])("where an ignored touch moved %s", (_, clientX, expected) => {
  point("pointerdown", { pointerType: "pen", at: 1000 });
  point("pointerup", { pointerType: "pen", at: 1100 });
  calls = [];
  point("pointerdown", { pointerType: "touch", pointerId: 2, at: 2000 });
  point("pointerup", { pointerType: "touch", pointerId: 2, clientX, at: 3000 });
  point("pointerdown", { pointerType: "touch", pointerId: 3, at: 4000 });
  expect(calls).toEqual(expected);
});

test("an ignored touch during which the pen came back was the palm", () => {
  point("pointermove", { pointerType: "pen", buttons: 0, at: 1000 });
  point("pointerdown", { pointerType: "touch", pointerId: 2, at: 1200 });
  point("pointermove", { pointerType: "pen", buttons: 0, at: 1400 });
  point("pointerup", { pointerType: "touch", pointerId: 2, clientX: 280, at: 1600 });
  expect(calls).toEqual([]);
});

test.each([
  ["mouse moves without a button", "mouse", 0],
  ["mouse moves with only the right button", "mouse", 2],
  ["pen hovers", "pen", 0],
])("a stroke whose pointerup was lost ends when the %s", (_, pointerType, buttons) => {
  point("pointerdown", { pointerType });
  point("pointermove", { pointerType, buttons, clientX: 250 });
  point("pointermove", { pointerType, buttons, clientX: 280 });
  expect(calls).toEqual(["down 0.5 0.25 of 200", "up"]);
});

test.each([
  ["same mouse", "mouse", 1, true],
  ["next finger", "touch", 2, true],
  ["pen under a new id", "pen", 2, true],
  ["finger, after the mouse lost its capture,", "touch", 2, false],
])(
  "a stroke whose pointerup was lost ends when the %s presses again",
  (_, pointerType, pointerId, isHeld) => {
    point("pointerdown", { pointerType: isHeld ? pointerType : "mouse" });
    if (!isHeld) captured.clear();
    point("pointerdown", { pointerType, pointerId });
    expect(calls).toEqual(["down 0.5 0.25 of 200", "up", "down 0.5 0.25 of 200"]);
  },
);

test("a stroke ends when the area loses the pointer", () => {
  point("pointerdown");
  point("lostpointercapture");
  expect(calls.at(-1)).toBe("up");
});

test("the end of a stroke is reported once", () => {
  point("pointerdown");
  point("pointerup");
  point("lostpointercapture");
  point("pointermove", { buttons: 0 });
  expect(calls.filter((call) => call === "up")).toHaveLength(1);
});

test("the pen's eraser end erases along its way and writes nothing", () => {
  point("pointerdown", { pointerType: "pen", button: 5, buttons: 32 });
  point("pointermove", { pointerType: "pen", button: -1, buttons: 32, clientX: 250 });
  point("pointermove", { pointerType: "pen", button: -1, buttons: 32, clientX: 280 });
  point("pointerup", { pointerType: "pen", button: 5 });
  expect(calls).toEqual(["erase 0.5", "erase 0.5 0.75", "erase 0.75 0.9"]);
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

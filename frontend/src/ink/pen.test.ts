import { beforeEach, expect, test } from "vitest";
import { everyEvent, listenToPen, type PenListener, thinned } from "./pen";

let area: HTMLElement;
let heard: string[];
const xs = (tips: readonly { x: number }[]): number[] => tips.map((tip) => tip.x);
const listener: PenListener = {
  down: (tip, box) => heard.push(`down ${tip.x} ${tip.y} of ${box.width}`),
  move: (tips, ahead) =>
    heard.push(["move", ...xs(tips), ...(ahead.length ? ["ahead", ...xs(ahead)] : [])].join(" ")),
  up: () => heard.push("up"),
  cancel: () => heard.push("cancel"),
};

beforeEach(() => {
  heard = [];
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

test("a stroke is heard in fractions of the area", () => {
  point("pointerdown");
  point("pointermove", { clientX: 250 });
  point("pointerup");
  expect(heard).toEqual(["down 0.5 0.25 of 200", "move 0.75", "up"]);
});

test("the area may move in the middle of a stroke", () => {
  point("pointerdown");
  area.getBoundingClientRect = () => new DOMRect(0, 0, 400, 400);
  point("pointermove", { clientX: 100 });
  expect(heard.at(-1)).toBe("move 0.25");
});

test("the events that the browser merged all count", () => {
  const [first, second] = [new PointerEvent("pointermove"), new PointerEvent("pointermove")];
  const merged = Object.assign(new PointerEvent("pointermove"), {
    getCoalescedEvents: () => [first, second],
  });
  expect(everyEvent(merged)).toEqual([first, second]);
});

test.each([
  ["cannot tell", undefined],
  ["tells of none", () => []],
])("a browser that %s of merged events gives the one", (_, getCoalescedEvents) => {
  const event = new PointerEvent("pointermove");
  Object.defineProperty(event, "getCoalescedEvents", { value: getCoalescedEvents });
  expect(everyEvent(event)).toEqual([event]);
});

test("a crowd of merged events is thinned evenly, and its last one stays", () => {
  const events = Array.from({ length: 40 }, (_, i) => i);
  expect(thinned(events)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39]);
  expect(thinned([1, 2, 3])).toEqual([1, 2, 3]);
});

test("where the browser believes the pen will be is told apart from where it was", () => {
  point("pointerdown");
  const event = new PointerEvent("pointermove", { pointerId: 1, clientX: 250, clientY: 150 });
  const next = new PointerEvent("pointermove", { clientX: 260, clientY: 150 });
  Object.defineProperty(event, "getPredictedEvents", { value: () => [next] });
  area.dispatchEvent(event);
  expect(heard.at(-1)).toBe("move 0.75 ahead 0.8");
});

test("a second finger is not heard", () => {
  point("pointerdown", { pointerType: "touch" });
  point("pointerdown", { pointerType: "touch", pointerId: 2, isPrimary: false });
  point("pointermove", { pointerType: "touch", pointerId: 2 });
  point("pointerup", { pointerType: "touch", pointerId: 2 });
  expect(heard).toEqual(["down 0.5 0.25 of 200"]);
});

test("a hand that rests beside the pen is not heard, a finger long after it is", () => {
  point("pointermove", { pointerType: "pen", at: 1000 });
  point("pointerdown", { pointerType: "touch", at: 2000 });
  expect(heard).toEqual([]);
  point("pointerdown", { pointerType: "touch", at: 20_000 });
  expect(heard).toHaveLength(1);
});

test("a palm that came down before the pen gives way to it", () => {
  point("pointerdown", { pointerType: "touch" });
  point("pointerdown", { pointerType: "pen", pointerId: 2, isPrimary: true });
  expect(heard).toEqual(["down 0.5 0.25 of 200", "cancel", "down 0.5 0.25 of 200"]);
});

test("a touch that the system takes away was no writing, a pen's line stays", () => {
  point("pointerdown", { pointerType: "touch" });
  point("pointercancel", { pointerType: "touch" });
  point("pointerdown", { pointerType: "pen" });
  point("pointercancel", { pointerType: "pen" });
  expect(heard.filter((what) => !what.startsWith("down"))).toEqual(["cancel", "up"]);
});

test("the right button writes nothing and opens no menu", () => {
  point("pointerdown", { button: 2 });
  expect(heard).toEqual([]);
  expect(point("contextmenu").defaultPrevented).toBe(true);
});

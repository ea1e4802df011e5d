import { beforeEach, expect, test, vi } from "vitest";
import { listenToKeys } from "./keys";

const toggleReference = vi.hoisted(() => vi.fn());
vi.mock("./lesson", () => ({
  phase: { value: "writing" },
  stage: { value: "turn" },
  proceed: () => {},
  start: () => {},
  toggleReference,
}));

listenToKeys(document);

beforeEach(() => {
  toggleReference.mockClear();
  document.body.innerHTML = '<input type="checkbox"><button></button><main></main>';
});

/** Press space while this element has the focus. Returns whether the browser's own action follows. */
const pressSpace = (selector: string) =>
  document
    .querySelector(selector)
    ?.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true }));

test("space shows the reference", () => {
  expect(pressSpace("main")).toBe(false);
  expect(toggleReference).toHaveBeenCalledOnce();
});

test.each(["input", "button"])("space on a focused %s does what it does there", (selector) => {
  expect(pressSpace(selector)).toBe(true);
  expect(toggleReference).not.toHaveBeenCalled();
});

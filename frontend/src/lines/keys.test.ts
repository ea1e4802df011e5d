import { beforeEach, expect, test, vi } from "vitest";
import { listenToKeys } from "./keys";

const page = vi.hoisted(() => ({
  line: { value: null as { characters: string[] } | null },
  move: vi.fn(),
  selected: { value: 0 },
  stage: { value: "summary" },
}));
vi.mock("./lines", () => ({
  ...page,
  mayWrite: () => page.stage.value === "writing",
  shownDirection: { value: "vertical" },
}));
vi.mock("./turns", () => ({}));

listenToKeys(document);

beforeEach(() => {
  page.line.value = null;
});

/** Press a key. Returns whether the browser's own action follows. */
const press = (key: string) =>
  document.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));

test("arrows go from square to square, or from character to character of the result", () => {
  page.stage.value = "writing";
  expect(press("ArrowDown")).toBe(false);
  expect(page.move).toHaveBeenCalledWith(1);
  page.stage.value = "result";
  page.line.value = { characters: ["入", "口"] };
  expect([press("ArrowDown"), press("ArrowDown")]).toEqual([false, false]);
  expect(page.selected.value).toBe(1);
});

test("where there are none, arrows scroll the page", () => {
  page.stage.value = "summary";
  expect(press("ArrowDown")).toBe(true);
});

import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";
import { setLively, WritingArea } from "./WritingArea";

const lively = vi.hoisted(() => ({ made: 0, stopped: 0 }));
vi.mock("../ink/lively", () => ({
  LivelyRenderer: class {
    constructor(_canvas: HTMLCanvasElement, stopped: AbortSignal) {
      lively.made += 1;
      stopped.addEventListener("abort", () => {
        lively.stopped += 1;
      });
    }
    paint() {}
    invalidate() {}
  },
}));

test("a setting that is turned off while the code for lively ink is loaded stays off", async () => {
  act(() => render(<WritingArea />, document.body));
  await Promise.all([setLively(true), setLively(false)]);
  expect(lively.made).toBe(0);
  await setLively(true);
  expect(lively.made).toBe(1);
  act(() => render(null, document.body));
});

test("lively ink that is turned off, or whose paper goes, stops listening to the pen", async () => {
  await setLively(true);
  lively.stopped = 0;
  act(() => render(<WritingArea />, document.body));
  await setLively(false);
  expect(lively.stopped).toBe(1);
  await setLively(true);
  act(() => render(null, document.body));
  expect(lively.stopped).toBe(2);
});

test("lively ink that can't be loaded leaves the ink plain", async () => {
  vi.resetModules();
  vi.doMock("../ink/lively", () => {
    throw new TypeError("Failed to fetch dynamically imported module");
  });
  const page = await import("./WritingArea");
  await expect(page.setLively(true)).resolves.toBeUndefined();
});

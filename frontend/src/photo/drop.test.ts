import { expect, test, vi } from "vitest";
import { trouble } from "../state/trouble";
import { scorePhoto } from "../writing/Tools";
import { acceptFiles } from "./drop";

vi.mock("./main", () => {
  throw new TypeError("Failed to fetch dynamically imported module");
});

test("a dropped picture whose code can't be loaded keeps the page, which says so and can try again", async () => {
  acceptFiles(document, scorePhoto);
  const drop = Object.assign(new Event("drop", { cancelable: true }), {
    dataTransfer: { files: [new File(["…"], "a.png")] },
  });
  expect(document.dispatchEvent(drop)).toBe(false);
  await vi.waitFor(() => expect(trouble.value?.text).toContain("No connection"));
  expect(trouble.value?.retry).toBeDefined();
});

import { expect, test, vi } from "vitest";
import { connectSignOut } from "./signOut";

vi.mock("../offline/signOut", () => {
  throw new TypeError("Failed to fetch dynamically imported module");
});

test("the page says so if what waits can't be sent before the user signs out", async () => {
  const form = document.createElement("form");
  document.body.append(form);
  await connectSignOut(form);
  expect(form.previousElementSibling?.textContent).toContain("No connection");
});

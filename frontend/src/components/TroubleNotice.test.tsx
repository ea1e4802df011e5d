import { render } from "preact";
import { expect, test, vi } from "vitest";
import { showUnreachable, trouble } from "../state/trouble";
import { TroubleNotice } from "./TroubleNotice";

test("trying again closes the notice", () => {
  const retry = vi.fn();
  showUnreachable(retry);
  const root = document.createElement("div");
  if (trouble.value) render(<TroubleNotice {...trouble.value} />, root);
  root.querySelector("button")?.click();
  expect(retry).toHaveBeenCalledOnce();
  expect(trouble.value).toBeNull();
});

import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";
import { addAttempt, openResult } from "../state/attempts";
import { withScore } from "../state/testing";
import { ResultPanel } from "./ResultPanel";

vi.mock("./results", () => ({ AttemptResult: () => <button type="button">Offer</button> }));

test("a new score takes the focus, another change of the attempt leaves it", async () => {
  act(() => render(<ResultPanel />, document.body));
  act(() => {
    addAttempt(withScore);
    openResult(withScore.id);
  });
  await vi.waitFor(() => expect(document.activeElement?.className).toBe("result"));
  document.querySelector("button")?.focus();
  act(() => addAttempt({ ...withScore, exemplar: "offered" }));
  expect(document.activeElement?.tagName).toBe("BUTTON");
  act(() => addAttempt({ ...withScore, target: "ロ" }));
  expect(document.activeElement?.className).toBe("result");
  act(() => render(null, document.body));
});

import { expect, test } from "vitest";
import { attempt } from "../state/testing";
import { labelled } from "./Earlier";

const [a, b, c] = ["a", "b", "c"].map((id) => attempt({ id }));
const shown = (first = a, best = a, latest = a) =>
  labelled({ first: first ?? null, best: best ?? null, latest: latest ?? null }).map(
    ({ attempt: { id }, labels }) => `${id} ${labels.join("+")}`,
  );

test.each([
  [shown(a, b, c), ["a First", "b Best", "c Latest"]],
  [shown(a, a, b), ["a First+Best", "b Latest"]],
  [shown(a, b, b), ["a First", "b Best+Latest"]],
  [shown(a, a, a), ["a Latest"]],
  [labelled({ first: null, best: null, latest: null }), []],
])("each earlier attempt is shown once, with what it is", (labels, expected) => {
  expect(labels).toEqual(expected);
});

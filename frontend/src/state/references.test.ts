import { expect, test } from "vitest";
import { loadReference, references } from "./references";
import { fakeServer, json, noConnection, server } from "./testing";

fakeServer();

test("a reference is asked for once, and once more after it couldn't be loaded", async () => {
  const reference = { side: 100, strokes: [[[0, 0]]] };
  server.answers = [noConnection, json(200, reference)];
  await Promise.all([loadReference("永"), loadReference("永")]);
  expect(server.requests).toHaveLength(1);
  await loadReference("永");
  await loadReference("永");
  expect(server.requests).toHaveLength(2);
  expect(references.value).toEqual({ 永: reference });
});

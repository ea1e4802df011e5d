import { beforeEach, expect, test } from "vitest";
import { attempts, shownId } from "../state/attempts";
import { attempt, withScore } from "../state/testing";
import { followLate } from "./late";

beforeEach(() => {
  sessionStorage.clear();
  attempts.value = [];
  shownId.value = "";
});

const waiting = (late: ReturnType<typeof followLate>): string[] => late.unanswered.value.map(({ id }) => id);

test("an attempt that was sent late waits for its target, the oldest first", () => {
  const late = followLate();
  for (const id of ["a", "b"]) late.add(attempt({ id }));
  attempts.value = [attempt({ id: "c" }), attempt({ id: "b" }), attempt({ id: "a" })];
  expect(waiting(late)).toEqual(["a", "b"]);
  late.ask();
  expect(shownId.value).toBe("a");
});

test("it no longer waits once it has a target, or while its result is open", () => {
  const late = followLate();
  for (const id of ["a", "b"]) late.add(attempt({ id }));
  attempts.value = [attempt({ id: "b" }), attempt({ id: "a" })];
  shownId.value = "a";
  expect(waiting(late)).toEqual(["b"]);
  shownId.value = "";
  attempts.value = [attempt({ id: "b" }), { ...withScore, id: "a" }];
  expect(waiting(late)).toEqual(["b"]);
});

test("an attempt with a target, and one that isn't scored yet, ask nothing", () => {
  const late = followLate();
  late.add({ ...withScore, id: "a" });
  late.add(attempt({ id: "b", status: "queued" }));
  attempts.value = [attempt({ id: "b", status: "queued" }), { ...withScore, id: "a" }];
  expect(waiting(late)).toEqual([]);
  attempts.value = [attempt({ id: "b" })];
  expect(waiting(late)).toEqual(["b"]);
});

test("the question survives a reload", () => {
  followLate().add(attempt({ id: "a" }));
  const late = followLate();
  attempts.value = [attempt({ id: "a" })];
  expect(waiting(late)).toEqual(["a"]);
});

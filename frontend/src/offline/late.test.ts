import { signal } from "@preact/signals";
import { beforeEach, expect, test, vi } from "vitest";
import type { Attempt } from "../api";
import { attempt, withScore } from "../state/testing";
import { followLate } from "./late";

const page = () => ({
  adopting: signal(""),
  attempts: signal<readonly Attempt[]>([]),
  openResult: vi.fn(),
  shownId: signal(""),
});

beforeEach(() => sessionStorage.clear());

const waiting = (late: ReturnType<typeof followLate>): string[] => late.unanswered.value.map(({ id }) => id);

test("an attempt that was sent late waits for its target, the oldest first", () => {
  const state = page();
  const late = followLate(state);
  for (const id of ["a", "b"]) late.add(attempt({ id }));
  state.attempts.value = [attempt({ id: "c" }), attempt({ id: "b" }), attempt({ id: "a" })];
  expect(waiting(late)).toEqual(["a", "b"]);
  late.ask();
  expect(state.openResult).toHaveBeenCalledWith("a");
});

test("it no longer waits once it has a target, or while its result is open", () => {
  const state = page();
  const late = followLate(state);
  for (const id of ["a", "b"]) late.add(attempt({ id }));
  state.attempts.value = [attempt({ id: "b" }), attempt({ id: "a" })];
  state.shownId.value = "a";
  expect(waiting(late)).toEqual(["b"]);
  state.shownId.value = "";
  state.attempts.value = [attempt({ id: "b" }), { ...withScore, id: "a" }];
  expect(waiting(late)).toEqual(["b"]);
});

test("an attempt with a target, and one that isn't scored yet, ask nothing", () => {
  const state = page();
  const late = followLate(state);
  late.add({ ...withScore, id: "a" });
  late.add(attempt({ id: "b", status: "queued" }));
  state.attempts.value = [attempt({ id: "b", status: "queued" }), { ...withScore, id: "a" }];
  expect(waiting(late)).toEqual([]);
  state.attempts.value = [attempt({ id: "b" })];
  expect(waiting(late)).toEqual(["b"]);
});

test("the question survives a reload", () => {
  followLate(page()).add(attempt({ id: "a" }));
  const state = page();
  const late = followLate(state);
  state.attempts.value = [attempt({ id: "a" })];
  expect(waiting(late)).toEqual(["a"]);
});

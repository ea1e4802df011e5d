import { beforeEach, expect, test, vi } from "vitest";
import { fakeServer, json, noConnection, server } from "../state/testing";
import { followTransfer } from "./transferProgress";

fakeServer();
const onEnd = vi.fn();
const line = document.createElement("div");
beforeEach(() => {
  onEnd.mockClear();
  line.innerHTML = "<progress></progress>";
  line.dataset.url = "/api/v1/me/export/1/";
});

test("a lost connection or a busy server doesn't end the progress, the transfer's end does", async () => {
  const busy = json(503, { code: "overloaded", detail: "The site is busy." });
  server.answers = [noConnection, busy, json(200, { status: "running", done: 3, total: 4 })];
  followTransfer(line, onEnd);
  await vi.advanceTimersByTimeAsync(4500);
  expect(onEnd).not.toHaveBeenCalled();
  expect(line.querySelector("progress")?.value).toBe(3);
  server.answers = [json(200, { status: "done", done: 4, total: 4 })];
  await vi.advanceTimersByTimeAsync(1500);
  expect(onEnd).toHaveBeenCalledOnce();
});

test("a refusal ends it, since the page says why", async () => {
  server.answers = [json(401, { code: "not_authenticated", detail: "Sign in." })];
  followTransfer(line, onEnd);
  await vi.advanceTimersByTimeAsync(1500);
  expect(onEnd).toHaveBeenCalledOnce();
});

import { beforeEach, expect, test, vi } from "vitest";
import { attempt, drawStroke, fakeServer, json, noContent, openPage, type Page, server } from "./testing";

fakeServer();
let page: Page;
beforeEach(async () => {
  page = await openPage();
  drawStroke(page);
  server.answers = [json(201, attempt())];
  await page.score();
});

test("deleting an attempt removes it from the history, the result and the paper", async () => {
  server.answers = [noContent];
  await page.deleteAttempt("a");
  expect(page.attempts.value).toEqual([]);
  expect(page.shown.value).toBeNull();
  expect(page.strokeCount.value).toBe(0);
});

test("undoing a deletion returns the attempt to its place and to the paper", async () => {
  server.answers = [
    json(200, { next: null, results: [attempt({ id: "b" })] }),
    noContent,
    json(200, attempt()),
  ];
  await page.loadHistory();
  await page.deleteAttempt("a");
  await page.undoDeletion();
  expect(server.requests.at(-1)?.url).toBe("/api/v1/attempts/a/restore/");
  expect(page.attempts.value.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(page.shown.value?.id).toBe("a");
  expect(page.strokeCount.value).toBe(1);
  expect(page.deletion.value).toBeNull();
});

test("undoing a deletion puts the attempt below those written since, which stay the newest", async () => {
  server.answers = [
    noContent,
    json(201, attempt({ id: "b", written_at: "2026-11-24T09:00:01Z" })),
    json(200, attempt()),
  ];
  await page.deleteAttempt("a");
  drawStroke(page);
  await page.score();
  await page.undoDeletion();
  expect(page.attempts.value.map(({ id }) => id)).toEqual(["b", "a"]);
});

test("a page of the history that was asked for before a deletion doesn't bring the attempt back", async () => {
  let answer: (response: Response) => void = () => {};
  server.answers = [() => new Promise((resolve) => (answer = resolve)), noContent, json(200, attempt())];
  const loading = page.loadHistory();
  await page.deleteAttempt("a");
  answer(json(200, { next: null, results: [attempt(), attempt({ id: "b" })] })());
  await loading;
  expect(page.attempts.value.map(({ id }) => id)).toEqual(["b"]);
  await page.undoDeletion();
  expect(page.attempts.value.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("undoing a deletion leaves new ink on the paper", async () => {
  server.answers = [noContent, json(200, attempt())];
  await page.deleteAttempt("a");
  drawStroke(page);
  drawStroke(page);
  await page.undoDeletion();
  expect(page.strokeCount.value).toBe(2);
  expect(page.isSent.value).toBe(false);
});

test("deleting twice sends one request and can be undone", async () => {
  server.answers = [noContent];
  await Promise.all([page.deleteAttempt("a"), page.deleteAttempt("a")]);
  expect(server.requests.filter(({ method }) => method === "DELETE")).toHaveLength(1);
  expect(page.deletion.value?.id).toBe("a");
});

test("a deletion can be undone for ten seconds", async () => {
  server.answers = [noContent];
  await page.deleteAttempt("a");
  vi.advanceTimersByTime(9_900);
  expect(page.deletion.value?.id).toBe("a");
  vi.advanceTimersByTime(200);
  expect(page.deletion.value).toBeNull();
});

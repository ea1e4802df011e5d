import { beforeEach, expect, test, vi } from "vitest";
import {
  attempt,
  drawStroke,
  fakeServer,
  invalid,
  json,
  noConnection,
  openPage,
  type Page,
  server,
  withScore,
} from "./testing";

fakeServer();
let page: Page;
beforeEach(async () => {
  page = await openPage();
});

test("a scored attempt opens its result and is the first in the history", async () => {
  drawStroke(page);
  server.answers = [json(201, attempt())];
  await page.score();
  expect(server.requests[0]?.body).toMatchObject({
    ink: {
      width: 300,
      strokes: [
        [
          [30, 30, 0],
          [270, 270, 100],
        ],
      ],
    },
  });
  expect(page.shown.value?.id).toBe("a");
  expect(page.attempts.value.map(({ id }) => id)).toEqual(["a"]);
});

test("the practised character is sent as the target", async () => {
  page.practise("永");
  drawStroke(page);
  server.answers = [json(201, attempt())];
  await page.score();
  expect(server.requests[0]?.body).toMatchObject({ target: "永" });
});

test("a look at the reference is sent with the next attempt at that character, and with no other", async () => {
  const { recordLook } = await import("./looks");
  recordLook("永");
  server.answers = ["a", "b", "c"].map((id) => json(201, attempt({ id })));
  for (const character of ["食", "永", "永"]) {
    page.practise(character);
    drawStroke(page);
    await page.score();
  }
  const looks = server.requests.map(({ body }) => (body as { saw_reference?: boolean }).saw_reference);
  expect(looks).toEqual([undefined, true, undefined]);
});

test("a look at the reference is kept when sending fails, and when a failed attempt is sent again", async () => {
  const { recordLook } = await import("./looks");
  page.practise("永");
  recordLook("永");
  drawStroke(page);
  const failed = attempt({ status: "failed", saw_reference: true, ink: page.ink.value });
  server.answers = [noConnection, json(201, failed), json(201, attempt({ id: "b" }))];
  await page.score();
  await page.score();
  await page.sendAgain(failed);
  expect(server.requests.map(({ body }) => body)).toMatchObject(Array(3).fill({ saw_reference: true }));
});

test("the chosen script is sent, and nothing for All", async () => {
  drawStroke(page);
  server.answers = [json(201, attempt()), json(201, attempt({ id: "b" }))];
  await page.score();
  expect(server.requests[0]?.body).not.toHaveProperty("scripts");
  page.chooseScript("kana");
  drawStroke(page);
  await page.score();
  expect(server.requests[1]?.body).toMatchObject({ scripts: ["kana"] });
});

test("a script that the practised character doesn't belong to isn't sent", async () => {
  page.chooseScript("kana");
  page.practise("永");
  drawStroke(page);
  server.answers = [json(201, attempt())];
  await page.score();
  expect(server.requests[0]?.body).toMatchObject({ target: "永" });
  expect(server.requests[0]?.body).not.toHaveProperty("scripts");
});

test("a failed request keeps the ink, and a retry sends the same key", async () => {
  drawStroke(page);
  server.answers = [noConnection, json(201, attempt())];
  await page.score();
  expect(page.strokeCount.value).toBe(1);
  expect(page.trouble.value?.retry).toBeDefined();
  await page.score();
  expect(server.requests[0]?.key).toBe(server.requests[1]?.key);
  expect(page.trouble.value).toBeNull();
});

test("other ink is sent with another key", async () => {
  drawStroke(page);
  server.answers = [noConnection, json(201, attempt())];
  await page.score();
  drawStroke(page);
  await page.score();
  expect(server.requests[0]?.key).not.toBe(server.requests[1]?.key);
});

test("a retry sends the character that is practised by then", async () => {
  page.practise("末");
  drawStroke(page);
  server.answers = [json(500, null), json(201, withScore)];
  await page.score();
  page.practise("永");
  page.trouble.value?.retry?.();
  await vi.runAllTimersAsync();
  expect(server.requests.map(({ body }) => (body as { target: string }).target)).toEqual(["末", "永"]);
});

test("an attempt of a signed-in user names its writer, and a refusal asks for a reload", async () => {
  document.body.innerHTML = '<main data-writer="alice"></main>';
  page = await openPage();
  drawStroke(page);
  server.answers = [json(409, { detail: "Somebody else wrote this.", code: "another_writer" })];
  await page.score();
  document.body.innerHTML = "";
  expect(server.requests[0]?.writer).toBe("alice");
  expect(page.trouble.value?.needsReload).toBe(true);
  expect(page.canScore.value).toBe(true);
});

test("an attempt of a guest names no writer", async () => {
  document.body.innerHTML = '<main data-writer="guest"></main>';
  page = await openPage();
  drawStroke(page);
  server.answers = [json(201, attempt())];
  await page.score();
  document.body.innerHTML = "";
  expect(server.requests[0]?.writer).toBeUndefined();
});

test("ink whose attempt was stored before and deleted since is sent as a new attempt", async () => {
  drawStroke(page);
  server.answers = [json(410, { detail: "Deleted.", code: "attempt_deleted" }), json(201, attempt())];
  await page.score();
  await page.score();
  expect(server.requests[0]?.key).not.toBe(server.requests[1]?.key);
});

test("no retry is offered for an attempt that the server refuses", async () => {
  drawStroke(page);
  server.answers = [json(400, invalid("does_not_exist", "No such object."))];
  await page.score();
  expect(page.trouble.value?.text).toContain("doesn’t know this character");
  expect(page.trouble.value?.retry).toBeUndefined();
});

test("the paper is locked while its ink is being sent", async () => {
  drawStroke(page);
  server.answers = [json(201, attempt())];
  const sending = page.score();
  drawStroke(page);
  expect(page.strokeCount.value).toBe(1);
  await sending;
});

test("sending a failed attempt again leaves other ink on the paper", async () => {
  const failed = attempt({
    id: "f",
    status: "failed",
    scripts: ["未", "末"],
    ink: { width: 100, height: 100, strokes: [[[5, 5, 0]]] },
  });
  server.answers = [json(200, { next: null, results: [failed] }), json(201, attempt())];
  await page.loadHistory();
  drawStroke(page);
  await page.sendAgain(failed);
  expect(server.requests[1]?.body).toMatchObject({ ink: { width: 100 }, scripts: ["未", "末"] });
  expect(page.ink.value.width).toBe(300);
  expect(page.canScore.value).toBe(true);
});

test("without a connection the outbox keeps the attempt, and its result opens once it is sent", async () => {
  const keep = vi.fn(async (_attempt: unknown, _key: string) => true);
  page.installOutbox({ isWaiting: () => false, keep }, null);
  drawStroke(page);
  server.answers = [noConnection];
  await page.score();
  expect(page.isInOutbox.value).toBe(true);
  expect(page.trouble.value).toBeNull();
  page.acceptSent(withScore, keep.mock.calls[0]?.[1] ?? "");
  expect(page.isInOutbox.value).toBe(false);
  expect(page.shown.value?.id).toBe("a");
});

test("a clear candidate from the outbox becomes the target only while its ink is on the paper", async () => {
  const keep = vi.fn(async (_attempt: unknown, _key: string) => true);
  page.installOutbox({ isWaiting: () => true, keep }, null);
  const clear = attempt({
    candidates: [{ character: "食", confidence: 0.97, legibility: 97, lookalikes: [], alone: 0.97 }],
  });
  drawStroke(page);
  await page.score();
  page.acceptSent({ ...clear, id: "b" }, "another key");
  expect(server.requests).toEqual([]);
  server.answers = [json(200, withScore)];
  page.acceptSent(clear, keep.mock.calls[0]?.[1] ?? "");
  await vi.advanceTimersByTimeAsync(0);
  expect(server.requests.map(({ url }) => url)).toEqual(["/api/v1/attempts/a/"]);
});

test("offline parts that can't be loaded are loaded when the next attempt can't be sent", async () => {
  const keep = vi.fn(async () => true);
  const start = async () => page.installOutbox({ isWaiting: () => false, keep }, null);
  const load = vi.fn(async () => ({ start })).mockRejectedValueOnce(new TypeError("Failed to fetch"));
  page.loadOffline(load, 60_000);
  drawStroke(page);
  server.answers = [noConnection, noConnection];
  await page.score();
  expect(page.trouble.value?.retry).toBeDefined();
  await page.score();
  expect(keep).toHaveBeenCalledOnce();
  expect(page.isInOutbox.value).toBe(true);
});

test("an attempt that is sent late takes its place by time, whatever the zone of the server's answer", async () => {
  const at = (id: string, written_at: string) => attempt({ id, written_at, target: "口" });
  server.answers = [
    json(200, {
      next: null,
      results: [at("c", "2026-11-24T12:00:00Z"), at("a", "2026-11-24T08:00:00Z")],
    }),
  ];
  await page.loadHistory();
  page.acceptSent(at("b", "2026-11-24T18:00:00+09:00"), "key");
  expect(page.attempts.value.map(({ id }) => id)).toEqual(["c", "b", "a"]);
});

test("an attempt doesn't overtake those that wait in the outbox", async () => {
  const keep = vi.fn(async () => true);
  page.installOutbox({ isWaiting: () => true, keep }, null);
  drawStroke(page);
  await page.score();
  expect(keep).toHaveBeenCalledOnce();
  expect(server.requests).toEqual([]);
});

test("ink that the server refuses for good can be edited again", async () => {
  const keep = vi.fn(async (_attempt: unknown, _key: string) => true);
  page.installOutbox({ isWaiting: () => true, keep }, null);
  drawStroke(page);
  await page.score();
  page.acceptRefused(keep.mock.calls[0]?.[1] ?? "");
  expect(page.canScore.value).toBe(true);
});

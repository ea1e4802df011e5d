import { beforeEach, expect, test, vi } from "vitest";
import {
  attempt,
  drawStroke,
  fakeServer,
  invalid,
  json,
  noConnection,
  noContent,
  openPage,
  type Page,
  server,
  withScore,
} from "./testing";

fakeServer();
let page: Page;
beforeEach(async () => {
  page = await openPage();
  drawStroke(page);
});

test("choosing a candidate sets the target and brings the score", async () => {
  server.answers = [json(201, attempt()), json(200, withScore)];
  await page.score();
  await page.chooseTarget("a", "口");
  expect(server.requests[1]).toMatchObject({
    method: "PATCH",
    url: "/api/v1/attempts/a/",
    body: { target: "口" },
  });
  expect(page.shown.value?.score?.legibility).toBe(96);
});

/** An attempt that reads as nothing but 食. */
const clear = attempt({
  candidates: [{ character: "食", confidence: 0.97, legibility: 97, lookalikes: [], alone: 0.97 }],
});

test("the only clear candidate becomes the target without a question", async () => {
  server.answers = [json(201, clear), json(200, { ...withScore, target: "食" })];
  await page.score();
  expect(page.adopting.value).toBe("a");
  await vi.advanceTimersByTimeAsync(0);
  expect(server.requests[1]).toMatchObject({ method: "PATCH", body: { target: "食" } });
  expect(page.shown.value?.score?.legibility).toBe(96);
  expect(page.adopting.value).toBe("");
});

test("the page asks if the only clear candidate can't be made the target", async () => {
  server.answers = [json(201, clear), noConnection];
  await page.score();
  await vi.advanceTimersByTimeAsync(0);
  expect([page.shown.value?.target, page.trouble.value, page.adopting.value]).toEqual([null, null, ""]);
});

test("a clear candidate that comes late becomes the target only while its result is open", async () => {
  const queued = { ...clear, status: "queued" };
  server.answers = [json(202, queued), json(200, clear), json(200, { ...withScore, target: "食" })];
  await page.score();
  await vi.advanceTimersByTimeAsync(1000);
  expect(page.shown.value?.target).toBe("食");

  drawStroke(page);
  server.answers = [json(202, { ...queued, id: "b" }), json(200, { ...clear, id: "b" })];
  await page.score();
  page.closeResult();
  await vi.advanceTimersByTimeAsync(1000);
  expect(page.attempts.value[0]).toMatchObject({ id: "b", target: null, status: "scored" });
  expect(server.requests.filter(({ method }) => method === "PATCH")).toHaveLength(1);
});

test("an attempt is followed on if taking its clear reading as the target queues it once more", async () => {
  const queued = { ...clear, status: "queued" };
  const judged = { ...withScore, target: "食" };
  server.answers = [
    json(202, queued),
    json(200, clear),
    json(200, { ...judged, status: "queued", score: null }),
    json(200, judged),
  ];
  await page.score();
  await vi.advanceTimersByTimeAsync(1000);
  expect(page.shown.value).toMatchObject({ target: "食", status: "queued" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(page.shown.value?.score?.legibility).toBe(96);
});

test("a reading whose adoption ends late leaves the adoption of the next one open", async () => {
  const answers: ((response: Response) => void)[] = [];
  const late = () => new Promise<Response>((resolve) => answers.push(resolve));
  server.answers = [json(201, clear), late];
  await page.score();
  drawStroke(page);
  server.answers = [json(201, { ...clear, id: "b" }), late];
  await page.score();
  answers[0]?.(json(200, { ...withScore, target: "食" })());
  await vi.advanceTimersByTimeAsync(0);
  expect(page.adopting.value).toBe("b");
});

test("only the target of the newest attempt can be changed", async () => {
  server.answers = [json(201, attempt())];
  await page.score();
  drawStroke(page);
  server.answers = [json(201, attempt({ id: "b" }))];
  await page.score();
  expect(page.attempts.value.map(page.isLatest)).toEqual([true, false]);
});

test("a target outside the chosen script is sent with the scripts that may compete", async () => {
  server.answers = [json(201, attempt({ scripts: ["kana"] })), json(200, withScore)];
  await page.score();
  await page.chooseTarget("a", "口", []);
  expect(server.requests[1]?.body).toEqual({ target: "口", scripts: [] });
});

test("a target that was set elsewhere is loaded", async () => {
  server.answers = [
    json(201, attempt()),
    json(409, { detail: "Set already.", code: "target_is_set" }),
    json(200, withScore),
  ];
  await page.score();
  await page.chooseTarget("a", "ロ");
  expect(page.trouble.value).toBeNull();
  expect(page.shown.value?.target).toBe("口");
});

test("a target outside the chosen script is refused with an explanation and no retry", async () => {
  page.chooseScript("kanji");
  server.answers = [
    json(201, attempt({ scripts: ["kanji"] })),
    json(400, invalid("target_not_among", "ロ is not among the scripts.")),
  ];
  await page.score();
  await page.chooseTarget("a", "ロ");
  expect(page.trouble.value?.text).toContain("Choose All");
  expect(page.trouble.value?.retry).toBeUndefined();
});

test("a queued attempt is polled until it is scored, even after a lost connection", async () => {
  server.answers = [
    json(202, attempt({ status: "queued" })),
    noConnection,
    json(200, attempt({ status: "queued" })),
    json(200, attempt()),
  ];
  await page.score();
  await vi.advanceTimersByTimeAsync(1000);
  expect(page.isUnreachable.value).toBe(true);
  await vi.advanceTimersByTimeAsync(2000);
  expect(page.isUnreachable.value).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(page.shown.value?.status).toBe("scored");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.requests).toHaveLength(4);
});

test("an attempt that waits for long is asked for less and less often", async () => {
  server.answers = Array.from({ length: 40 }, () => json(202, attempt({ status: "queued" })));
  await page.score();
  await vi.advanceTimersByTimeAsync(5000);
  expect(server.requests).toHaveLength(5);
  await vi.advanceTimersByTimeAsync(55_000);
  expect(server.requests).toHaveLength(16);
});

test("an overloaded site is explained, and the ink can be sent again", async () => {
  server.answers = [json(503, { detail: "The site is busy.", code: "overloaded" })];
  await page.score();
  expect(page.trouble.value?.text).toContain("The site is busy. What you wrote is still here.");
  expect(page.trouble.value?.retry).toBeDefined();
});

test("the history is loaded page by page and holds no attempt twice", async () => {
  server.answers = [
    json(200, { next: "http://x/api/v1/attempts/?cursor=2", results: [attempt()] }),
    json(200, { next: null, results: [attempt(), attempt({ id: "b" })] }),
  ];
  await page.loadHistory();
  await page.loadHistory();
  expect(server.requests[1]?.url).toBe("/api/v1/attempts/?cursor=2");
  expect(page.attempts.value.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(page.older.value).toBeNull();
});

test("an answer that comes after its attempt was deleted doesn't bring it back", async () => {
  server.answers = [json(201, attempt())];
  await page.score();
  let answer: (response: Response) => void = () => {};
  server.answers = [() => new Promise((resolve) => (answer = resolve)), noContent];
  const choosing = page.chooseTarget("a", "口");
  await page.deleteAttempt("a");
  answer(json(200, withScore)());
  await choosing;
  expect(page.attempts.value).toEqual([]);
});

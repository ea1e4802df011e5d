import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Attempt } from "../api";

type State = typeof import("./state");
let state: State;
let requests: {
  method: string;
  url: string;
  body: unknown;
  key: string | undefined;
  writer: string | undefined;
}[];
let answers: (() => Response | Promise<Response>)[];

const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status });
const noConnection = () => Promise.reject(new TypeError("Failed to fetch"));
const attempt = (over: Partial<Attempt> = {}): Attempt => ({
  id: "a",
  status: "scored",
  failure: "",
  written_at: "2026-11-24T09:00:00Z",
  target: null,
  scripts: [],
  candidates: [{ character: "口", confidence: 0.9, legibility: 96, lookalikes: ["ロ"] }],
  score: null,
  known: true,
  ink: null,
  image: null,
  exemplar: null,
  shared_url: null,
  ...over,
});
const judged = attempt({
  target: "口",
  score: { legibility: 96, form: null, band: "textbook", misread_as: [], remarks: [], model: "m" },
});

beforeEach(async () => {
  vi.useFakeTimers();
  sessionStorage.clear();
  localStorage.clear();
  requests = [];
  answers = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    requests.push({
      method: String(init.method),
      url,
      body: init.body ? JSON.parse(String(init.body)) : undefined,
      key: headers["Idempotency-Key"],
      writer: headers.Writer,
    });
    const answer = answers.shift();
    if (!answer) throw new Error(`unexpected ${init.method} ${url}`);
    return answer();
  });
  await open();
});

afterEach(() => {
  close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The page goes, as for a reload. */
const close = () => dispatchEvent(new Event("pagehide"));

/** The page as after a reload; it may have gone without a word. */
async function open() {
  vi.resetModules();
  state = await import("./state");
}

function write() {
  state.beginStroke({ x: 0.1, y: 0.1, at: 0 }, { width: 300, height: 300 });
  state.extendStroke([{ x: 0.9, y: 0.9, at: 100 }]);
  state.endStroke();
}

test("a scored writing opens its result and stands first in the history", async () => {
  write();
  answers = [json(201, attempt())];
  await state.score();
  expect(requests[0]?.body).toMatchObject({
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
  expect(state.shown.value?.id).toBe("a");
  expect(state.attempts.value.map(({ id }) => id)).toEqual(["a"]);
});

test("a practised character is sent as what was meant", async () => {
  state.practised.value = "永";
  write();
  answers = [json(201, attempt())];
  await state.score();
  expect(requests[0]?.body).toMatchObject({ target: "永" });
});

test("the chosen script is sent, and nothing where all may be written", async () => {
  write();
  answers = [json(201, attempt()), json(201, attempt({ id: "b" }))];
  await state.score();
  expect(requests[0]?.body).not.toHaveProperty("scripts");
  state.chosenScript.value = "kana";
  write();
  await state.score();
  expect(requests[1]?.body).toMatchObject({ scripts: ["kana"] });
});

test.each([
  ["永", "kanji"],
  ["ぁ", "kana"],
  ["ヴ", "kana"],
  ["7", "alphanumeric"],
  ["q", "alphanumeric"],
  ["é", "all"],
] as const)("%s is practised among %s, whatever else was chosen", async (character, fitting) => {
  state.practised.value = character;
  for (const script of ["kana", "kanji", "alphanumeric"] as const) {
    state.chosenScript.value = script;
    expect(state.script.value).toBe(script === fitting ? script : "all");
  }
});

test("a choice that the practised character isn't of isn't sent, and returns without it", async () => {
  state.chosenScript.value = "kana";
  state.practised.value = "永";
  write();
  answers = [json(201, attempt())];
  await state.score();
  expect(requests[0]?.body).toMatchObject({ target: "永" });
  expect(requests[0]?.body).not.toHaveProperty("scripts");
  state.practised.value = "";
  expect(state.script.value).toBe("kana");
});

test("a tap on a candidate sets the target and brings the score", async () => {
  write();
  answers = [json(201, attempt()), json(200, judged)];
  await state.score();
  await state.mean("a", "口");
  expect(requests[1]).toMatchObject({ method: "PATCH", url: "/api/v1/attempts/a/", body: { target: "口" } });
  expect(state.shown.value?.score?.legibility).toBe(96);
});

test("a target that was set elsewhere is fetched, not fought", async () => {
  write();
  answers = [
    json(201, attempt()),
    json(409, { detail: "Set already.", code: "target_is_set" }),
    json(200, judged),
  ];
  await state.score();
  await state.mean("a", "ロ");
  expect(state.trouble.value).toBeNull();
  expect(state.shown.value?.target).toBe("口");
});

test("a meant character that isn't of the chosen script is refused in plain words", async () => {
  state.chosenScript.value = "kanji";
  write();
  answers = [
    json(201, attempt({ scripts: ["kanji"] })),
    json(400, { target: [{ message: "ロ is not among the scripts.", code: "target_not_among" }] }),
  ];
  await state.score();
  await state.mean("a", "ロ");
  expect(state.trouble.value?.text).toContain("Choose All");
  expect(state.trouble.value?.again).toBeUndefined();
});

test("a queued writing is asked for until it is scored, through a lost connection too", async () => {
  write();
  answers = [
    json(202, attempt({ status: "queued" })),
    noConnection,
    json(200, attempt({ status: "queued" })),
    json(200, attempt()),
  ];
  await state.score();
  await vi.advanceTimersByTimeAsync(1000);
  expect(state.isUnreachable.value).toBe(true);
  await vi.advanceTimersByTimeAsync(2000);
  expect(state.isUnreachable.value).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(state.shown.value?.status).toBe("scored");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(requests).toHaveLength(4);
});

test("a failed post keeps the drawing, and trying again sends the same key", async () => {
  write();
  answers = [noConnection, json(201, attempt())];
  await state.score();
  expect(state.ink.value.strokes).toHaveLength(1);
  expect(state.trouble.value?.again).toBeDefined();
  await state.score();
  expect(requests[0]?.key).toBe(requests[1]?.key);
  expect(state.trouble.value).toBeNull();
});

test("trying again sends what one wants to write by then", async () => {
  state.practised.value = "末";
  write();
  answers = [json(500, null), json(201, judged)];
  await state.score();
  state.practised.value = "永";
  state.trouble.value?.again?.();
  await vi.runAllTimersAsync();
  expect(requests.map(({ body }) => (body as { target: string }).target)).toEqual(["末", "永"]);
});

test("what somebody writes who has signed in becomes nobody else's", async () => {
  document.body.innerHTML = '<main data-writer="alice"></main>';
  await open();
  write();
  answers = [json(409, { detail: "Somebody else wrote this.", code: "another_writer" })];
  await state.score();
  document.body.innerHTML = "";
  expect(requests[0]?.writer).toBe("alice");
  expect(state.trouble.value?.needsReload).toBe(true);
  expect(state.canScore.value).toBe(true);
});

test("a guest who has signed in meanwhile is nobody else", async () => {
  document.body.innerHTML = '<main data-writer="guest"></main>';
  await open();
  write();
  answers = [json(201, attempt())];
  await state.score();
  document.body.innerHTML = "";
  expect(requests[0]?.writer).toBeUndefined();
});

test("another drawing is sent with another key", async () => {
  write();
  answers = [noConnection, json(201, attempt())];
  await state.score();
  write();
  await state.score();
  expect(requests[0]?.key).not.toBe(requests[1]?.key);
});

test("a writing that the server refuses isn't offered again as it is", async () => {
  write();
  answers = [json(400, { target: [{ message: "No such object.", code: "does_not_exist" }] })];
  await state.score();
  expect(state.trouble.value?.text).toContain("isn’t one I can read");
  expect(state.trouble.value?.again).toBeUndefined();
});

test("the first stroke after a result starts a new sheet and closes the result", async () => {
  write();
  answers = [json(201, attempt())];
  await state.score();
  write();
  expect(state.ink.value.strokes).toHaveLength(1);
  expect(state.shown.value).toBeNull();
  expect(state.canScore.value).toBe(true);
});

test("the paper is held still while its ink is on the way", async () => {
  write();
  answers = [json(201, attempt())];
  const sending = state.score();
  write();
  expect(state.ink.value.strokes).toHaveLength(1);
  await sending;
});

test("undo brings back what clear took away", () => {
  write();
  write();
  state.clear();
  expect(state.ink.value.strokes).toHaveLength(0);
  state.undoStroke();
  expect(state.ink.value.strokes).toHaveLength(2);
  state.undoStroke();
  expect(state.ink.value.strokes).toHaveLength(1);
});

test("redo puts back what undo took, clearing included, until the next stroke", () => {
  write();
  write();
  state.undoStroke();
  state.undoStroke();
  state.redoStroke();
  state.redoStroke();
  expect(state.strokeCount.value).toBe(2);
  state.clear();
  state.undoStroke();
  state.redoStroke();
  expect(state.strokeCount.value).toBe(0);
  state.undoStroke();
  expect(state.strokeCount.value).toBe(2);
  state.undoStroke();
  write();
  expect(state.canRedo.value).toBe(false);
});

test("a stroke taken back under the pen doesn't lead the one before on", () => {
  write();
  const before = state.ink.value.strokes;
  state.beginStroke({ x: 0.2, y: 0.2, at: 0 }, { width: 360, height: 360 });
  state.undoStroke();
  state.extendStroke([{ x: 0.8, y: 0.8, at: 100 }]);
  state.endStroke();
  expect(state.ink.value.strokes).toEqual(before);
});

test("a palm leaves everything as it was, a result and what can be put back too", async () => {
  const touch = () => {
    state.beginStroke({ x: 0.5, y: 0.5, at: 0 }, { width: 360, height: 360 });
    state.extendStroke([{ x: 0.6, y: 0.6, at: 50 }]);
    state.cancelStroke();
  };
  write();
  write();
  state.undoStroke();
  touch();
  expect([state.strokeCount.value, state.canRedo.value]).toEqual([1, true]);
  answers = [json(201, attempt())];
  await state.score();
  touch();
  expect([state.strokeCount.value, state.isSent.value, state.shown.value?.id]).toEqual([1, true, "a"]);
});

test("the guide lines are remembered", async () => {
  state.changeGuides();
  await open();
  expect(state.guides.value).toBe("diagonal");
});

test("an unsent drawing outlives a reload, a sent one doesn't come back", async () => {
  write();
  close();
  await open();
  expect(state.ink.value.strokes).toHaveLength(1);
  answers = [json(201, attempt())];
  await state.score();
  await open();
  expect(state.ink.value.strokes).toHaveLength(0);
});

test("a drawing is kept once the pen rests, and between two quick strokes nothing is", async () => {
  write();
  vi.advanceTimersByTime(200);
  write();
  vi.advanceTimersByTime(200);
  expect(sessionStorage).toHaveLength(0);
  vi.advanceTimersByTime(200);
  await open();
  expect(state.ink.value.strokes).toHaveLength(2);
});

test("a script that this page doesn't know is forgotten", async () => {
  localStorage.setItem("script", '"hangul"');
  await open();
  expect(state.script.value).toBe("all");
});

test("thickness, script and practised character are remembered", async () => {
  state.thickness.value = 4;
  state.chosenScript.value = "kanji";
  state.practised.value = "永";
  await open();
  expect(state.thickness.value).toBe(4);
  expect(state.script.value).toBe("kanji");
  expect(state.practised.value).toBe("永");
});

test("the history comes page by page, and nothing stands in it twice", async () => {
  answers = [
    json(200, { next: "http://x/api/v1/attempts/?cursor=2", results: [attempt()] }),
    json(200, { next: null, results: [attempt(), attempt({ id: "b" })] }),
  ];
  await state.loadHistory();
  await state.loadHistory();
  expect(requests[1]?.url).toBe("/api/v1/attempts/?cursor=2");
  expect(state.attempts.value.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(state.older.value).toBeNull();
});

test("a deleted writing leaves the history, the result and the paper", async () => {
  write();
  answers = [json(201, attempt()), () => new Response(null, { status: 204 })];
  await state.score();
  await state.forget("a");
  expect(state.attempts.value).toEqual([]);
  expect(state.shown.value).toBeNull();
  expect(state.ink.value.strokes).toHaveLength(0);
});

test("a deleted writing comes back to its place and to the paper", async () => {
  write();
  answers = [
    json(201, attempt()),
    json(200, { next: null, results: [attempt({ id: "b" })] }),
    () => new Response(null, { status: 204 }),
    json(200, attempt()),
  ];
  await state.score();
  await state.loadHistory();
  await state.forget("a");
  await state.restore();
  expect(requests.at(-1)?.url).toBe("/api/v1/attempts/a/restore/");
  expect(state.attempts.value.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(state.shown.value?.id).toBe("a");
  expect(state.ink.value.strokes).toHaveLength(1);
  expect(state.forgotten.value).toBeNull();
});

test("deleting twice is deleting once, and can be undone", async () => {
  write();
  answers = [json(201, attempt()), () => new Response(null, { status: 204 })];
  await state.score();
  await Promise.all([state.forget("a"), state.forget("a")]);
  expect(requests.filter(({ method }) => method === "DELETE")).toHaveLength(1);
  expect(state.forgotten.value?.attempt.id).toBe("a");
});

test("an answer that comes after its writing was deleted doesn't bring it back", async () => {
  write();
  answers = [json(201, attempt())];
  await state.score();
  let answer: (response: Response) => void = () => {};
  answers = [() => new Promise((resolve) => (answer = resolve)), () => new Response(null, { status: 204 })];
  const meaning = state.mean("a", "口");
  await state.forget("a");
  answer(json(200, judged)());
  await meaning;
  expect(state.attempts.value).toEqual([]);
});

test("after ten seconds a deleted writing can't be brought back", async () => {
  write();
  answers = [json(201, attempt()), () => new Response(null, { status: 204 })];
  await state.score();
  await state.forget("a");
  vi.advanceTimersByTime(9_900);
  expect(state.forgotten.value?.attempt.id).toBe("a");
  vi.advanceTimersByTime(200);
  expect(state.forgotten.value).toBeNull();
});

test("sending a failed writing again leaves the drawing on the paper alone", async () => {
  const failed = attempt({
    id: "f",
    status: "failed",
    scripts: ["未", "末"],
    ink: { width: 100, height: 100, strokes: [[[5, 5, 0]]] },
  });
  answers = [json(200, { next: null, results: [failed] }), json(201, attempt())];
  await state.loadHistory();
  write();
  await state.sendAgain(failed);
  expect(requests[1]?.body).toMatchObject({ ink: { width: 100 }, scripts: ["未", "末"] });
  expect(state.ink.value.width).toBe(300);
  expect(state.canScore.value).toBe(true);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Attempt, Review, Today } from "../api";

let lesson: typeof import("./lesson");
let paper: typeof import("../state/paper");
let trouble: typeof import("../state/trouble").trouble;
let references: typeof import("../state/references").references;
let turns: typeof import("./turns");
let choice: typeof import("../guidance/choice");
let requests: { method: string; url: string; body: Record<string, unknown> | undefined; key?: string }[];
/** The legibility of each attempt to come. */
let scores: number[];
let isOnline: boolean;
let isQueued: boolean;
let practice: Today;

const review = (character: string, over: Partial<Review> = {}): Review => ({
  character,
  script: "kanji",
  is_new: false,
  is_leech: false,
  due_on: "2026-11-24",
  reviewed_on: "2026-11-20",
  said: "",
  on: [],
  kun: [],
  meanings: [],
  ...over,
});

const today = (due: string, fresh = ""): Today => ({
  due: due.length,
  new: fresh.length,
  goal: { writings: 20, written: 7 },
  results: [
    ...[...due].map((one) => review(one)),
    ...[...fresh].map((one) => review(one, { is_new: true, due_on: null, reviewed_on: null })),
  ],
});

const attempt = (id: string, target: string, over: Partial<Attempt> = {}): Attempt => ({
  id,
  status: "scored",
  failure: "",
  written_at: "2026-11-25T09:00:00Z",
  saw_reference: false,
  target,
  scripts: [],
  candidates: [],
  alone_also: [],
  score: null,
  known: true,
  excluded: null,
  ink: { width: 300, height: 300, strokes: [[[30, 30, 0]]] },
  image: null,
  exemplar: null,
  shared_url: null,
  ...over,
});

function answer(method: string, url: string, body: Record<string, unknown> | undefined): unknown {
  if (url.includes("/strokes/")) return { side: 100, strokes: [[[0, 0]]] };
  if (url.startsWith("/api/v1/reviews/?")) return practice;
  if (url.startsWith("/api/v1/reviews/"))
    return method === "POST"
      ? review(String(body?.character))
      : review("永", { reviewed_on: "2026-11-25", due_on: "2026-11-29" });
  const legibility = scores.shift() ?? 90;
  const score = {
    legibility,
    form: null,
    band: "clear" as const,
    misread_as: [],
    reasons: [],
    remarks: [],
    notes: [],
    model: "m",
  };
  const id =
    method === "GET" ? decodeURIComponent(url.split("/").at(-2) ?? "") : `attempt ${requests.length}`;
  const target = String(body?.target ?? "永");
  return isQueued ? attempt(id, target, { status: "queued" }) : attempt(id, target, { score });
}

beforeEach(async () => {
  vi.useFakeTimers({ now: new Date("2026-11-25T09:00:00") });
  sessionStorage.clear();
  localStorage.clear();
  [requests, scores, isOnline, isQueued] = [[], [], true, false];
  practice = today("永食雨");
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    const body = init.body ? JSON.parse(String(init.body)) : undefined;
    requests.push({ method: String(init.method), url, body, key: headers["Idempotency-Key"] });
    if (!isOnline) throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify(answer(String(init.method), url, body)));
  });
});

afterEach(() => {
  leavePage();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Leave the page, as before a reload. */
const leavePage = () => dispatchEvent(new Event("pagehide"));

/** Load the page at `address`. */
async function open(address = "/lesson/", learner = "1", day = "2026-11-25") {
  leavePage();
  history.replaceState(null, "", address);
  vi.resetModules();
  paper = await import("../state/paper");
  ({ trouble } = await import("../state/trouble"));
  ({ references } = await import("../state/references"));
  turns = await import("./turns");
  choice = await import("../guidance/choice");
  lesson = await import("./lesson");
  await lesson.open(learner, day);
}

async function startLesson(address?: string) {
  await open(address);
  await lesson.start();
}

function drawStroke() {
  if (!lesson.mayWrite()) return;
  paper.beginStroke({ x: 0.1, y: 0.1, at: 0 }, { width: 300, height: 300 });
  paper.extendStroke([{ x: 0.9, y: 0.9, at: 100 }]);
  paper.endStroke();
}

/** Write the character of this turn, and send it. */
async function write() {
  drawStroke();
  await lesson.submit();
}

async function writeAndContinue() {
  await write();
  lesson.nextTurn();
}

const asked = () => lesson.turn.value?.review.character;
const sent = () => requests.filter(({ url }) => url === "/api/v1/attempts/").map(({ body }) => body?.target);
/** For each attempt, whether it was sent as one with the reference in view. */
const looks = () =>
  requests.filter(({ url }) => url === "/api/v1/attempts/").map(({ body }) => body?.saw_reference ?? false);
const addedToPractice = () =>
  requests.filter((one) => one.url === "/api/v1/reviews/").map(({ body }) => body?.character);

function summary() {
  if (!lesson.lesson.value) throw new Error("no lesson");
  return turns.summaryOf(lesson.lesson.value);
}

test("a lesson asks for one character after another, and ends with a summary", async () => {
  await startLesson();
  expect(asked()).toBe("永");
  await write();
  expect(lesson.phase.value).toBe("result");
  lesson.nextTurn();
  expect(asked()).toBe("食");
  await writeAndContinue();
  await writeAndContinue();
  expect(lesson.stage.value).toBe("summary");
  expect(sent()).toEqual(["永", "食", "雨"]);
  expect(summary()).toMatchObject({ well: 3, weak: [], left: 0 });
});

test("a lesson has as many characters as the learner wants", async () => {
  practice = today("一二三四五六七八九十");
  await open();
  lesson.chooseSize(5);
  await lesson.start();
  expect(lesson.lesson.value?.turns).toHaveLength(5);
});

test("an address with a size and a list starts the lesson", async () => {
  await open("/lesson/?size=2&list=7");
  expect(asked()).toBe("永");
  expect(lesson.lesson.value?.turns).toHaveLength(2);
  expect(requests[0]?.url).toBe("/api/v1/reviews/?limit=100&list=7");
});

test("an address with an invalid size doesn't start the lesson", async () => {
  await open("/lesson/?size=many");
  expect(lesson.stage.value).toBe("start");
});

test("a lesson of all due characters loads those that aren't on the page", async () => {
  practice = { ...today("永食雨"), due: 30 };
  await open();
  lesson.chooseSize("all");
  await lesson.start();
  expect(requests.map(({ url }) => url)).toContain("/api/v1/reviews/?limit=30");
});

test("a new character is shown first, and added to the practice when it is written", async () => {
  practice = today("", "永");
  await startLesson();
  expect(lesson.phase.value).toBe("meeting");
  expect(lesson.isReferenceShown.value).toBe(true);
  expect(addedToPractice()).toEqual([]);
  lesson.proceed();
  expect(lesson.isReferenceShown.value).toBe(false);
  expect(addedToPractice()).toEqual(["永"]);
  await write();
  expect(addedToPractice()).toEqual(["永"]);
});

test("a new character that couldn't be added to the practice is added before its attempt is sent", async () => {
  practice = today("", "永");
  await startLesson();
  isOnline = false;
  drawStroke();
  await vi.advanceTimersByTimeAsync(0);
  isOnline = true;
  await lesson.submit();
  expect(addedToPractice()).toEqual(["永", "永"]);
  expect(sent()).toEqual(["永"]);
});

test("the reference is hidden when the pen touches the paper", async () => {
  await startLesson();
  lesson.toggleReference();
  expect(lesson.isReferenceShown.value).toBe(true);
  drawStroke();
  expect(lesson.isReferenceShown.value).toBe(false);
});

test("a look at the reference is sent with the attempt of its turn only", async () => {
  await startLesson();
  lesson.toggleReference();
  lesson.toggleReference();
  await writeAndContinue();
  await writeAndContinue();
  expect(looks()).toEqual([true, false]);
});

test("a look at the reference survives a reload and a cleared paper", async () => {
  await startLesson();
  lesson.toggleReference();
  drawStroke();
  await open();
  paper.clear();
  await write();
  expect(looks()).toEqual([true]);
});

test("a look in a skipped turn doesn't count in a later lesson", async () => {
  await startLesson();
  lesson.toggleReference();
  lesson.endLesson();
  await lesson.start();
  expect(asked()).toBe("永");
  await write();
  expect(looks()).toEqual([false]);
});

test("meeting a new character isn't a look, tracing it is", async () => {
  practice = today("", "永食");
  await startLesson();
  lesson.proceed();
  await writeAndContinue();
  expect(lesson.phase.value).toBe("meeting");
  drawStroke();
  expect(lesson.turnGuidance.value).toBe("trace");
  expect(lesson.isReferenceShown.value).toBe(true);
  expect(addedToPractice()).toEqual(["永", "食"]);
  await lesson.submit();
  expect(looks()).toEqual([false, true]);
});

test("a reload goes on tracing a new character", async () => {
  practice = today("", "永");
  await startLesson();
  drawStroke();
  await open();
  expect(lesson.phase.value).toBe("writing");
  expect(lesson.turnGuidance.value).toBe("trace");
});

test.each([
  ["trace", true],
  ["fading", true],
  ["hints", false],
  ["memory", false],
] as const)(
  "with the guidance %s, an attempt counts as one with the reference in view: %s",
  async (chosen, isLook) => {
    await open();
    choice.chooseGuidance(chosen);
    await lesson.start();
    drawStroke();
    expect(lesson.isReferenceShown.value).toBe(isLook);
    await lesson.submit();
    expect(looks()).toEqual([isLook]);
  },
);

test("the reference to trace can be hidden for one turn", async () => {
  await open();
  choice.chooseGuidance("trace");
  await lesson.start();
  lesson.toggleReference();
  expect(lesson.isReferenceShown.value).toBe(false);
  await writeAndContinue();
  expect(lesson.isReferenceShown.value).toBe(true);
});

test("the guidance is remembered, and another choice holds at once", async () => {
  await open();
  choice.chooseGuidance("trace");
  await startLesson();
  expect(lesson.turnGuidance.value).toBe("trace");
  lesson.toggleReference();
  choice.chooseGuidance("fading");
  expect(lesson.isReferenceShown.value).toBe(true);
  choice.chooseGuidance("hints");
  expect(lesson.isReferenceShown.value).toBe(false);
});

test("a character with a poor score is repeated at the end, once", async () => {
  await startLesson();
  scores = [41, 90, 90, 30];
  for (let i = 0; i < 3; i++) await writeAndContinue();
  expect(asked()).toBe("永");
  expect(lesson.lesson.value && turns.position(lesson.lesson.value)).toEqual({
    number: 1,
    of: 1,
    isRepeat: true,
  });
  await writeAndContinue();
  expect(lesson.stage.value).toBe("summary");
  expect(summary().characters[0]).toMatchObject({ before: 41, last: { legibility: 30 } });
  expect(summary().weak.map(({ character }) => character)).toEqual(["永"]);
});

test("weak characters can be repeated in a lesson of their own", async () => {
  await startLesson();
  scores = [70, 90, 90];
  for (let i = 0; i < 3; i++) await writeAndContinue();
  lesson.repeat(summary().weak);
  expect(asked()).toBe("永");
  await writeAndContinue();
  expect(summary()).toMatchObject({ well: 1, left: 0 });
});

test("a skipped character stays due", async () => {
  await startLesson();
  drawStroke();
  lesson.nextTurn();
  expect(asked()).toBe("食");
  expect(paper.ink.value.strokes).toHaveLength(0);
  paper.undoStroke(); // not back to the skipped character's ink
  expect(paper.ink.value.strokes).toHaveLength(0);
  await writeAndContinue();
  await writeAndContinue();
  expect(summary()).toMatchObject({ well: 2, left: 1 });
});

test("ending a lesson shows the summary", async () => {
  await startLesson();
  await writeAndContinue();
  lesson.endLesson();
  expect(lesson.stage.value).toBe("summary");
  expect(summary()).toMatchObject({ well: 1, left: 2 });
});

test("ending a lesson before the first attempt leads back to the start", async () => {
  await startLesson();
  lesson.endLesson();
  expect(lesson.stage.value).toBe("start");
});

test("the pen doesn't draw while a result is shown", async () => {
  await startLesson();
  await write();
  drawStroke();
  expect(paper.ink.value.strokes).toHaveLength(1);
  expect(lesson.phase.value).toBe("result");
});

test("without a connection the ink is kept, and a retry sends the same key", async () => {
  await startLesson();
  isOnline = false;
  await write();
  expect(lesson.phase.value).toBe("writing");
  expect(trouble.value?.retry).toBeDefined();
  expect(paper.ink.value.strokes).toHaveLength(1);
  isOnline = true;
  lesson.proceed();
  await vi.waitFor(() => expect(lesson.phase.value).toBe("result"));
  const [first, second] = requests.filter(({ url }) => url === "/api/v1/attempts/");
  expect(first?.key).toBe(second?.key);
  expect(trouble.value).toBeNull();
});

test("a reload resumes the turn with its ink", async () => {
  await startLesson();
  await writeAndContinue();
  drawStroke();
  await open();
  expect(asked()).toBe("食");
  expect(paper.ink.value.strokes).toHaveLength(1);
  await writeAndContinue();
  await writeAndContinue();
  expect(summary()).toMatchObject({ well: 3 });
  expect(sent()).toEqual(["永", "食", "雨"]);
});

test("a reload at a result resumes with the next turn", async () => {
  await startLesson();
  await write();
  await open();
  expect(asked()).toBe("食");
  expect(paper.ink.value.strokes).toHaveLength(0);
});

test("after a reload before the answer, the attempt is sent with its first key", async () => {
  await startLesson();
  isOnline = false;
  await write();
  isOnline = true;
  await open();
  await lesson.submit();
  const keys = requests.filter(({ url }) => url === "/api/v1/attempts/").map(({ key }) => key);
  expect(keys[0]).toBe(keys[1]);
});

test.each([
  ["another learner", "/lesson/", "2"],
  ["another list", "/lesson/?list=3", "1"],
])("%s doesn't resume the lesson", async (_, address, learner) => {
  await startLesson();
  await writeAndContinue();
  drawStroke();
  await open(address, learner);
  expect(lesson.stage.value).toBe("start");
  expect(paper.ink.value.strokes).toHaveLength(0);
});

test("a lesson of yesterday isn't resumed", async () => {
  await startLesson();
  await writeAndContinue();
  await open("/lesson/", "1", "2026-11-26");
  expect(lesson.stage.value).toBe("start");
});

test("a lesson is resumed after midnight while the learner's day goes on", async () => {
  await startLesson();
  await writeAndContinue();
  vi.setSystemTime(new Date("2026-11-26T01:00:00"));
  await open();
  expect(lesson.stage.value).toBe("turn");
});

test("a lesson that is over isn't resumed", async () => {
  await startLesson();
  await writeAndContinue();
  lesson.endLesson();
  await open();
  expect(lesson.stage.value).toBe("start");
});

test("an attempt that is scored later still gets its score, and is repeated if that is poor", async () => {
  await startLesson();
  isQueued = true;
  await write();
  expect(lesson.result.value?.status).toBe("queued");
  lesson.nextTurn();
  isQueued = false;
  scores = [20];
  await vi.advanceTimersByTimeAsync(1000);
  expect(lesson.lesson.value?.attempts[0]?.legibility).toBe(20);
  expect(lesson.lesson.value?.turns).toHaveLength(4);
  expect(asked()).toBe("食");
});

test("the summary says in how many days a character is due", async () => {
  await startLesson();
  await writeAndContinue();
  await vi.advanceTimersByTimeAsync(0);
  lesson.endLesson();
  expect(summary().characters[0]?.last.dueIn).toBe(4);
});

test("the next turn's reference is fetched during this one", async () => {
  await startLesson();
  await vi.advanceTimersByTimeAsync(0);
  expect(Object.keys(references.value)).toEqual(["永", "食"]);
});

test("the summary of given characters is loaded once, also when a missing reference comes then", async () => {
  document.body.innerHTML = `<script type="application/json" id="practice">${JSON.stringify(today("永食"))}</script>`;
  let isMissing = true;
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) =>
    isMissing && url.includes("/strokes/") ? Promise.reject(new TypeError()) : fetch(url, init),
  );
  await open();
  document.body.innerHTML = "";
  await lesson.start();
  await writeAndContinue();
  await vi.advanceTimersByTimeAsync(0);
  isMissing = false;
  lesson.endLesson();
  const loaded = lesson.today.value;
  await vi.advanceTimersByTimeAsync(0);
  expect(Object.keys(references.value)).toEqual(["永", "食"]);
  expect(lesson.today.value).toBe(loaded);
});

test("without a connection, the start page says so and can retry", async () => {
  isOnline = false;
  await open();
  expect(lesson.failure.value).toContain("No connection");
  isOnline = true;
  await lesson.loadToday();
  expect(lesson.failure.value).toBe("");
  expect(lesson.available.value).toBe(3);
});

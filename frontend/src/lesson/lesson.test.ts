import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Attempt, Review, Today } from "../api";

let lesson: typeof import("./lesson");
let paper: typeof import("../state/state");
let turns: typeof import("./turns");
let requests: { method: string; url: string; body: Record<string, unknown> | undefined; key?: string }[];
/** What the server says of each character that is written. */
let scores: number[];
let isOnline: boolean;
let isBusy: boolean;
let practice: Today;

const review = (character: string, over: Partial<Review> = {}): Review => ({
  character,
  script: "kanji",
  is_new: false,
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
  target,
  scripts: [],
  candidates: [],
  score: null,
  known: true,
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
  const score = { legibility, form: null, band: "clear" as const, misread_as: [], remarks: [], model: "m" };
  const id =
    method === "GET" ? decodeURIComponent(url.split("/").at(-2) ?? "") : `attempt ${requests.length}`;
  const target = String(body?.target ?? "永");
  return isBusy ? attempt(id, target, { status: "queued" }) : attempt(id, target, { score });
}

beforeEach(async () => {
  vi.useFakeTimers({ now: new Date("2026-11-25T09:00:00") });
  sessionStorage.clear();
  localStorage.clear();
  [requests, scores, isOnline, isBusy] = [[], [], true, false];
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
  close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The page goes, as for a reload. */
const close = () => dispatchEvent(new Event("pagehide"));

/** The page as after a (re)load at `address`. */
async function open(address = "/lesson/", learner = "1") {
  close();
  history.replaceState(null, "", address);
  vi.resetModules();
  paper = await import("../state/state");
  turns = await import("./turns");
  lesson = await import("./lesson");
  await lesson.open(learner);
}

async function begin(address?: string) {
  await open(address);
  await lesson.begin();
}

function touch() {
  if (!lesson.takePen()) return;
  paper.beginStroke({ x: 0.1, y: 0.1, at: 0 }, { width: 300, height: 300 });
  paper.extendStroke([{ x: 0.9, y: 0.9, at: 100 }]);
  paper.endStroke();
}

/** Write what is asked, and send it. */
async function write() {
  touch();
  await lesson.submit();
}

async function writeAndGoOn() {
  await write();
  lesson.goOn();
}

const asked = () => lesson.turn.value?.review.character;
const sent = () => requests.filter(({ url }) => url === "/api/v1/attempts/").map(({ body }) => body?.target);
const begun = () =>
  requests.filter((one) => one.url === "/api/v1/reviews/").map(({ body }) => body?.character);

function sheet() {
  if (!lesson.lesson.value) throw new Error("no lesson");
  return turns.summary(lesson.lesson.value);
}

test("a lesson asks for one character after another, and ends with a sheet of them", async () => {
  await begin();
  expect(asked()).toBe("永");
  await write();
  expect(lesson.phase.value).toBe("result");
  lesson.goOn();
  expect(asked()).toBe("食");
  await writeAndGoOn();
  await writeAndGoOn();
  expect(lesson.stage.value).toBe("summary");
  expect(sent()).toEqual(["永", "食", "雨"]);
  expect(sheet()).toMatchObject({ well: 3, weak: [], left: 0 });
});

test("a lesson has as many characters as the learner wants", async () => {
  practice = today("一二三四五六七八九十");
  await open();
  lesson.size.value = 5;
  await lesson.begin();
  expect(lesson.lesson.value?.turns).toHaveLength(5);
});

test("the address says how many, of which list, and the lesson begins at once", async () => {
  await open("/lesson/?size=2&list=7");
  expect(asked()).toBe("永");
  expect(lesson.lesson.value?.turns).toHaveLength(2);
  expect(requests[0]?.url).toBe("/api/v1/reviews/?limit=100&list=7");
});

test("a size that is no number begins nothing", async () => {
  await open("/lesson/?size=many");
  expect(lesson.stage.value).toBe("start");
});

test("all that is due is asked for when it is more than the page knows", async () => {
  practice = { ...today("永食雨"), due: 30 };
  await open();
  lesson.size.value = "all";
  await lesson.begin();
  expect(requests.map(({ url }) => url)).toContain("/api/v1/reviews/?limit=30");
});

test("a new character is shown first, and taken into the practice when it is written", async () => {
  practice = today("", "永");
  await begin();
  expect(lesson.phase.value).toBe("meeting");
  expect(lesson.isReferenceShown.value).toBe(true);
  expect(begun()).toEqual([]);
  lesson.proceed();
  expect(lesson.isReferenceShown.value).toBe(false);
  expect(begun()).toEqual(["永"]);
  await write();
  expect(begun()).toEqual(["永"]);
});

test("a new character that couldn't be taken up is taken up before its writing is sent", async () => {
  practice = today("", "永");
  await begin();
  isOnline = false;
  touch();
  await vi.advanceTimersByTimeAsync(0);
  isOnline = true;
  await lesson.submit();
  expect(begun()).toEqual(["永", "永"]);
  expect(sent()).toEqual(["永"]);
});

test("the reference is put away by the first touch of the pen", async () => {
  await begin();
  lesson.peek();
  expect(lesson.isReferenceShown.value).toBe(true);
  touch();
  expect(lesson.isReferenceShown.value).toBe(false);
});

test("what went badly comes once more at the end, and only once", async () => {
  await begin();
  scores = [41, 90, 90, 30];
  for (let i = 0; i < 3; i++) await writeAndGoOn();
  expect(asked()).toBe("永");
  expect(lesson.lesson.value && turns.place(lesson.lesson.value)).toEqual({
    number: 1,
    of: 1,
    isRepeat: true,
  });
  await writeAndGoOn();
  expect(lesson.stage.value).toBe("summary");
  expect(sheet().squares[0]).toMatchObject({ before: 41, last: { legibility: 30 } });
  expect(sheet().weak.map(({ character }) => character)).toEqual(["永"]);
});

test("the weak ones can be written once more, in a lesson of their own", async () => {
  await begin();
  scores = [70, 90, 90];
  for (let i = 0; i < 3; i++) await writeAndGoOn();
  lesson.repeat(sheet().weak);
  expect(asked()).toBe("永");
  await writeAndGoOn();
  expect(sheet()).toMatchObject({ well: 1, left: 0 });
});

test("a skipped character stays due", async () => {
  await begin();
  touch();
  lesson.goOn();
  expect(asked()).toBe("食");
  expect(paper.ink.value.strokes).toHaveLength(0);
  paper.undoStroke(); // not back to the other one's
  expect(paper.ink.value.strokes).toHaveLength(0);
  await writeAndGoOn();
  await writeAndGoOn();
  expect(sheet()).toMatchObject({ well: 2, left: 1 });
});

test("who leaves sees what was written", async () => {
  await begin();
  await writeAndGoOn();
  lesson.leave();
  expect(lesson.stage.value).toBe("summary");
  expect(sheet()).toMatchObject({ well: 1, left: 2 });
});

test("who leaves before the first writing is back at the start", async () => {
  await begin();
  lesson.leave();
  expect(lesson.stage.value).toBe("start");
});

test("the pen doesn't write over a result", async () => {
  await begin();
  await write();
  touch();
  expect(paper.ink.value.strokes).toHaveLength(1);
  expect(lesson.phase.value).toBe("result");
});

test("without a connection nothing is lost, and trying again sends the same key", async () => {
  await begin();
  isOnline = false;
  await write();
  expect(lesson.phase.value).toBe("writing");
  expect(paper.trouble.value?.again).toBeDefined();
  expect(paper.ink.value.strokes).toHaveLength(1);
  isOnline = true;
  lesson.proceed();
  await vi.waitFor(() => expect(lesson.phase.value).toBe("result"));
  const [first, second] = requests.filter(({ url }) => url === "/api/v1/attempts/");
  expect(first?.key).toBe(second?.key);
  expect(paper.trouble.value).toBeNull();
});

test("a reload goes on with the same turn and its drawing", async () => {
  await begin();
  await writeAndGoOn();
  touch();
  await open();
  expect(asked()).toBe("食");
  expect(paper.ink.value.strokes).toHaveLength(1);
  await writeAndGoOn();
  await writeAndGoOn();
  expect(sheet()).toMatchObject({ well: 3 });
  expect(sent()).toEqual(["永", "食", "雨"]);
});

test("a reload at a result goes on with the next turn", async () => {
  await begin();
  await write();
  await open();
  expect(asked()).toBe("食");
  expect(paper.ink.value.strokes).toHaveLength(0);
});

test("a reload before the answer sends the writing under its first key", async () => {
  await begin();
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
])("a lesson isn't gone on with by %s", async (_, address, learner) => {
  await begin();
  await writeAndGoOn();
  touch();
  await open(address, learner);
  expect(lesson.stage.value).toBe("start");
  expect(paper.ink.value.strokes).toHaveLength(0);
});

test("a lesson of yesterday isn't gone on with", async () => {
  await begin();
  await writeAndGoOn();
  vi.setSystemTime(new Date("2026-11-26T09:00:00"));
  await open();
  expect(lesson.stage.value).toBe("start");
});

test("a lesson that is over doesn't come back", async () => {
  await begin();
  await writeAndGoOn();
  lesson.leave();
  await open();
  expect(lesson.stage.value).toBe("start");
});

test("a writing that is read only later still gets its score, and its second turn", async () => {
  await begin();
  isBusy = true;
  await write();
  expect(lesson.result.value?.status).toBe("queued");
  lesson.goOn();
  isBusy = false;
  scores = [20];
  await vi.advanceTimersByTimeAsync(1000);
  expect(lesson.lesson.value?.written[0]?.legibility).toBe(20);
  expect(lesson.lesson.value?.turns).toHaveLength(4);
  expect(asked()).toBe("食");
});

test("the sheet says in how many days a character comes again", async () => {
  await begin();
  await writeAndGoOn();
  await vi.advanceTimersByTimeAsync(0);
  lesson.leave();
  expect(sheet().squares[0]?.last.dueIn).toBe(4);
});

test("the next turn's reference is fetched during this one", async () => {
  await begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(Object.keys(lesson.references.value)).toEqual(["永", "食"]);
});

test("without a connection the start says so, and looks again", async () => {
  isOnline = false;
  await open();
  expect(lesson.failure.value).toContain("No connection");
  isOnline = true;
  await lesson.look();
  expect(lesson.failure.value).toBe("");
  expect(lesson.toPractise.value).toBe(3);
});

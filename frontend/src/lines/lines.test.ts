import { beforeEach, expect, test, vi } from "vitest";
import {
  attempt,
  drawStroke,
  fakeServer,
  json,
  leavePage,
  noConnection,
  noContent,
  server,
} from "../state/testing";
import type { Line, LineCharacter, NewLine } from "./api";

fakeServer();

type Page = typeof import("./lines") &
  typeof import("./sending") &
  typeof import("./meant") &
  typeof import("./deleting") &
  typeof import("./turns") &
  typeof import("../state/outbox") &
  typeof import("../state/paper") &
  typeof import("../state/trouble");
let page: Page;

async function openPage(): Promise<Page> {
  vi.resetModules();
  const modules = await Promise.all([
    import("../state/outbox"),
    import("../state/paper"),
    import("./lines"),
    import("./sending"),
    import("./meant"),
    import("./deleting"),
    import("./turns"),
    import("../state/trouble"),
  ]);
  return Object.assign({}, ...modules) as Page;
}

const draw = () => drawStroke(page as unknown as Parameters<typeof drawStroke>[0]);
const settled = () => vi.advanceTimersByTimeAsync(0);

const word = (text: string, over = {}) => ({
  text,
  reading: "いりぐち",
  meanings: ["entrance"],
  is_new: false,
  cloze: { before: "駅の", after: "です" },
  ...over,
});

const character = (position: number, over: Partial<LineCharacter> = {}): LineCharacter => ({
  position,
  character: "入",
  read_as: "入",
  alone: "入",
  alone_also: [],
  word: "",
  decided: "",
  explanation: "",
  box: null,
  legibility: 90,
  attempt: attempt({ id: `attempt ${position}` }),
  ...over,
});

const answer = (over: Partial<Line> = {}): Line => ({
  id: "line",
  status: "scored",
  failure: "",
  kind: "dictation",
  text: "入口",
  direction: "horizontal",
  saw_reference: false,
  read_as: "入口",
  read_alone: "入ロ",
  legibility: 95,
  is_right: true,
  characters: [character(1), character(2, { character: "口", read_as: "口" })],
  remarks: [],
  ...over,
});

/** Open the page with these words to write, and write both squares of the first. */
async function openWith(...words: ReturnType<typeof word>[]): Promise<void> {
  server.answers.push(json(200, { due: 0, new: words.length, results: words }));
  page.open();
  await settled();
}

async function writeBoth(): Promise<void> {
  draw();
  page.proceed();
  draw();
  page.proceed();
  await settled();
}

const sent = (): NewLine => server.requests.at(-1)?.body as NewLine;

beforeEach(async () => {
  page = await openPage();
});

test("a dictated word is written square by square, scored, and followed by the next", async () => {
  await openWith(word("入口"), word("3月"));
  expect(page.task.value?.text).toBe("入口");
  draw();
  expect(page.step.value).toBe(1);
  page.proceed();
  expect(page.session.value?.current).toBe(1);
  expect(page.strokeCount.value).toBe(0);
  expect(page.step.value).toBeNull();
  draw();
  expect(page.step.value).toBe("score");
  server.answers.push(json(201, answer()));
  page.proceed();
  await settled();
  expect(sent()).toMatchObject({ kind: "dictation", text: "入口", direction: "horizontal" });
  expect(sent().cells).toHaveLength(2);
  expect(sent()).not.toHaveProperty("before");
  expect(page.stage.value).toBe("result");
  page.proceed();
  expect(page.task.value?.text).toBe("3月");
  expect(page.stage.value).toBe("writing");
  expect(page.strokeCount.value).toBe(0);
});

test("a sentence is sent with the text around its gap", async () => {
  await openWith(word("入口"));
  server.answers.push(json(200, { due: 0, new: 1, results: [word("入口")] }), json(201, answer()));
  page.chooseKind("cloze");
  await settled();
  await writeBoth();
  expect(sent()).toMatchObject({ kind: "cloze", text: "入口", before: "駅の", after: "です" });
});

test("a free line is sent without a text and without its empty last square", async () => {
  page.kind.value = "free";
  page.open();
  draw();
  page.proceed();
  expect(page.session.value?.squares).toHaveLength(2);
  server.answers.push(json(201, answer({ text: "", is_right: null, legibility: null })));
  page.proceed();
  await settled();
  expect(sent()).not.toHaveProperty("text");
  expect(sent().cells).toHaveLength(1);
});

test("on one paper a free line is sent as it is", async () => {
  page.kind.value = "free";
  page.open();
  page.chooseOnePaper(true);
  draw();
  page.chooseOnePaper(false); // not while there is ink
  server.answers.push(json(201, answer({ text: "", is_right: null })));
  page.proceed();
  await settled();
  expect(sent()).not.toHaveProperty("cells");
  expect(sent().line?.strokes).toHaveLength(1);
});

test("one paper takes the strokes of a line, a square those of a character", async () => {
  page.kind.value = "free";
  page.open();
  page.chooseOnePaper(true);
  for (let i = 0; i < 201; i++) draw();
  expect(page.strokeCount.value).toBe(200);
  expect(page.paperIsFull.value).toBe(true);
  page.discardSheet();
  page.chooseOnePaper(false);
  for (let i = 0; i < 65; i++) draw();
  expect(page.strokeCount.value).toBe(64);
});

test("a deleted line can be written again, and undoing that brings its result back", async () => {
  await openWith(word("入口"), word("3月"));
  server.answers.push(json(201, answer()), noContent);
  await writeBoth();
  await page.remove("line");
  expect(server.requests.at(-1)).toMatchObject({ method: "DELETE", url: "/api/v1/lines/line/" });
  expect(page.stage.value).toBe("writing");
  expect(page.session.value?.written).toEqual([]);
  server.answers.push(json(200, answer()));
  await page.undo();
  expect(server.requests.at(-1)?.url).toBe("/api/v1/lines/line/restore/");
  expect(page.stage.value).toBe("result");
  expect(page.session.value?.written).toMatchObject([{ id: "line", legibility: 95 }]);
});

test("undoing a deletion leaves what is written by then on the paper", async () => {
  await openWith(word("入口"), word("3月"));
  server.answers.push(json(201, answer()), noContent, json(200, answer()));
  await writeBoth();
  await page.remove("line");
  draw();
  await page.undo();
  expect(page.stage.value).toBe("writing");
  expect(page.strokeCount.value).toBe(1);
  expect(page.session.value?.written).toMatchObject([{ id: "line" }]);
});

test("undoing a deletion leaves another session alone", async () => {
  await openWith(word("入口"));
  server.answers.push(json(201, answer()), noContent);
  await writeBoth();
  await page.remove("line");
  page.endSession();
  server.answers.push(json(200, { due: 0, new: 1, results: [word("3月")] }), json(200, answer()));
  page.startAnew();
  await settled();
  await page.undo();
  expect(page.stage.value).toBe("writing");
  expect(page.session.value?.written).toEqual([]);
});

test("undoing a deletion leaves what is written in another square", async () => {
  await openWith(word("入口"));
  server.answers.push(json(201, answer()), noContent, json(200, answer()));
  await writeBoth();
  await page.remove("line");
  draw();
  page.proceed();
  await page.undo();
  expect(page.stage.value).toBe("writing");
  expect(page.session.value?.written).toMatchObject([{ id: "line" }]);
});

test("deleting twice sends one request and can be undone", async () => {
  await openWith(word("入口"));
  server.answers.push(json(201, answer()), noContent);
  await writeBoth();
  await Promise.all([page.remove("line"), page.remove("line")]);
  expect(server.requests.filter(({ method }) => method === "DELETE")).toHaveLength(1);
  expect(page.deletion.value?.id).toBe("line");
});

test("a line whose deletion ends during the next word isn't in the summary, and undoing puts it back", async () => {
  await openWith(word("入口"), word("3月"));
  let answerDeletion: (response: Response) => void = () => {};
  server.answers.push(json(201, answer()), () => new Promise((resolve) => (answerDeletion = resolve)));
  await writeBoth();
  const removing = page.remove("line");
  page.proceed();
  draw();
  answerDeletion(noContent());
  await removing;
  expect(page.session.value).toMatchObject({ index: 1, written: [] });
  expect(page.strokeCount.value).toBe(1);
  server.answers.push(json(200, answer()));
  await page.undo();
  expect(page.stage.value).toBe("writing");
  expect(page.session.value?.written).toMatchObject([{ id: "line", task: 0 }]);
});

test("undoing a deletion can be tried again after a lost connection", async () => {
  await openWith(word("入口"));
  server.answers.push(json(201, answer()), noContent, noConnection, json(200, answer()));
  await writeBoth();
  await page.remove("line");
  await page.undo();
  page.trouble.value?.retry?.();
  await settled();
  expect(server.requests.at(-1)?.url).toBe("/api/v1/lines/line/restore/");
  expect(page.stage.value).toBe("result");
});

test("the deletion of a line that was gone already can't be undone", async () => {
  await openWith(word("入口"));
  server.answers.push(json(201, answer()), json(404, { code: "not_found", detail: "Not found." }));
  await writeBoth();
  await page.remove("line");
  expect(page.stage.value).toBe("writing");
  expect(page.deletion.value).toBeNull();
});

test("a deletion can be undone for ten seconds", async () => {
  await openWith(word("入口"));
  server.answers.push(json(201, answer()), noContent);
  await writeBoth();
  await page.remove("line");
  await vi.advanceTimersByTimeAsync(9999);
  expect(page.deletion.value).not.toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect(page.deletion.value).toBeNull();
});

test("pasted text is cut into lines, and the page says what can't be read", async () => {
  page.kind.value = "own";
  page.open();
  expect(page.stage.value).toBe("text");
  server.answers.push(json(200, { lines: ["入口", "です"], unreadable: ["々"] }));
  expect(await page.writeOwn("入口、々です")).toBe(true);
  expect(page.session.value?.tasks.map(({ text }) => text)).toEqual(["入口", "です"]);
  expect(page.unreadable.value).toEqual(["々"]);
});

test("text that is cut late leaves the paper of the kind that was chosen since", async () => {
  page.kind.value = "own";
  page.open();
  let cut: (response: Response) => void = () => {};
  server.answers.push(() => new Promise((resolve) => (cut = resolve)));
  const writing = page.writeOwn("入口");
  page.chooseKind("free");
  draw();
  cut(json(200, { lines: ["入口"], unreadable: [] })());
  await writing;
  expect(page.strokeCount.value).toBe(1);
  page.chooseKind("own");
  expect(page.task.value?.text).toBe("入口");
});

test("text that is cut twice leaves what is written by then on the paper", async () => {
  page.kind.value = "own";
  page.open();
  const cut = json(200, { lines: ["入口"], unreadable: [] });
  let cutAgain: (response: Response) => void = () => {};
  server.answers.push(cut, () => new Promise((resolve) => (cutAgain = resolve)));
  const second = Promise.all([page.writeOwn("入口"), page.writeOwn("入口")]);
  await settled();
  draw();
  cutAgain(cut());
  await second;
  expect(page.strokeCount.value).toBe(1);
});

test("text of which nothing can be read is refused", async () => {
  page.kind.value = "own";
  page.open();
  server.answers.push(json(200, { lines: [], unreadable: ["々"] }));
  expect(await page.writeOwn("々")).toBe(false);
  expect(page.stage.value).toBe("text");
});

test("a look at the reference is sent to the server, and doesn't count for the next word", async () => {
  await openWith(word("入口"), word("3月"));
  page.toggleReference();
  page.toggleReference();
  server.answers.push(json(201, answer({ saw_reference: true })), json(201, answer()));
  await writeBoth();
  expect(sent().saw_reference).toBe(true);
  page.proceed();
  await writeBoth();
  expect(sent()).not.toHaveProperty("saw_reference");
});

test("a learner's new word is added to the practice before it is sent, a guest's isn't", async () => {
  document.body.innerHTML = '<main data-writer="guest"></main>';
  await openWith(word("入口", { is_new: true }), word("3月", { is_new: true }));
  server.answers.push(json(201, answer()));
  await writeBoth();
  expect(server.requests.map(({ url }) => url)).not.toContain("/api/v1/words/");
  document.body.innerHTML = '<main data-writer="alice"></main>';
  page.proceed();
  server.answers.push(json(201, word("3月")), json(201, answer()));
  await writeBoth();
  expect(server.requests.at(-2)).toMatchObject({
    method: "POST",
    url: "/api/v1/words/",
    body: { text: "3月" },
  });
  document.body.innerHTML = "";
});

test("a word that can't be added for want of a connection doesn't delay the line's way to the outbox", async () => {
  document.body.innerHTML = '<main data-writer="alice"></main>';
  await openWith(word("入口", { is_new: true }), word("3月", { is_new: true }));
  let waiting = 0;
  const keep = async () => ++waiting > 0;
  page.installOutbox({ isWaiting: () => waiting > 0, keep }, null);
  server.requests = [];
  server.answers.push(noConnection);
  await writeBoth();
  page.proceed();
  await writeBoth();
  document.body.innerHTML = "";
  expect(waiting).toBe(2);
  expect(server.requests.map(({ url }) => url)).toEqual(["/api/v1/words/"]);
});

test("a lost answer is asked for again with the same key", async () => {
  await openWith(word("入口"));
  server.answers.push(noConnection);
  await writeBoth();
  expect(page.stage.value).toBe("writing");
  server.answers.push(json(201, answer()));
  await page.score();
  const [first, second] = server.requests.filter(({ url }) => url === "/api/v1/lines/");
  expect(first?.key).toBeTruthy();
  expect(second?.key).toBe(first?.key);
  expect(second?.body).toEqual(first?.body);
});

test("a line that can't be sent waits in the outbox, and its result opens when it is sent", async () => {
  await openWith(word("入口"));
  const kept: [NewLine, string][] = [];
  const outbox = {
    isWaiting: () => kept.length > 0,
    keep: async (line: unknown, key: string) => {
      kept.push([line as NewLine, key]);
      return true;
    },
  };
  page.loadOffline(async () => ({ start: async () => page.installOutbox(outbox, null) }), 60_000);
  server.answers.push(noConnection);
  await writeBoth();
  expect(page.stage.value).toBe("kept");
  expect(kept).toHaveLength(1);
  page.acceptSent(answer(), kept[0]?.[1] as string);
  await settled();
  expect(page.stage.value).toBe("result");
  expect(page.session.value?.written).toMatchObject([{ id: "line", legibility: 95 }]);
});

test("a line that the server refuses for good isn't in the summary, and can be written again", async () => {
  await openWith(word("入口"), word("3月"));
  const keys: string[] = [];
  const keep = async (_line: unknown, key: string) => keys.push(key) > 0;
  page.installOutbox({ isWaiting: () => true, keep }, null);
  await writeBoth();
  page.proceed();
  await writeBoth();
  expect(page.session.value?.written).toHaveLength(2);
  for (const key of keys) page.acceptRefused(key);
  expect(page.session.value?.written).toEqual([]);
  expect(page.stage.value).toBe("writing");
  expect(page.canScore.value).toBe(true);
});

test("a queued line that was deleted elsewhere can be written again", async () => {
  await openWith(word("入口"));
  const queued = answer({ status: "queued", read_as: "", legibility: null, is_right: null });
  server.answers.push(json(202, queued), json(404, { code: "not_found", detail: "Not found." }));
  await writeBoth();
  await vi.advanceTimersByTimeAsync(500);
  expect(page.stage.value).toBe("writing");
  expect(page.session.value?.written).toEqual([]);
});

test("a queued line is asked for until it is read", async () => {
  await openWith(word("入口"));
  const queued = answer({ status: "queued", read_as: "", legibility: null, is_right: null });
  server.answers.push(json(202, queued), noConnection, json(200, queued), json(200, answer()));
  await writeBoth();
  expect(page.line.value?.status).toBe("queued");
  await vi.advanceTimersByTimeAsync(5000);
  expect(page.line.value?.status).toBe("scored");
  expect(page.session.value?.written).toMatchObject([{ legibility: 95 }]);
});

test("the result opens at the character that tells most", async () => {
  const clear = character(1);
  const decided = character(2, { explanation: "In 入口 this is read as 口.", decided: "word" });
  const misread = character(3, { read_as: "人" });
  const weak = character(4, { legibility: 50 });
  expect(page.mostTelling(answer({ characters: [clear, decided, misread, weak] }))).toBe(2);
  expect(page.mostTelling(answer({ characters: [clear, decided, weak] }))).toBe(1);
  expect(page.mostTelling(answer({ characters: [clear, weak] }))).toBe(1);
  expect(page.mostTelling(answer({ characters: [] }))).toBe(0);
});

test("what a free line was meant to be becomes the target of its attempts", async () => {
  page.kind.value = "free";
  page.open();
  draw();
  const free = answer({ text: "", is_right: null, legibility: null });
  server.answers.push(json(201, free));
  await page.score();
  const target = (id: string) => attempt({ id, target: "口", status: "queued" });
  server.answers.push(json(200, target("attempt 1")), json(200, target("attempt 2")), json(200, free));
  await page.choose("人口");
  await vi.advanceTimersByTimeAsync(1000);
  const patches = server.requests.filter(({ method }) => method === "PATCH");
  expect(patches.map(({ body }) => body)).toEqual([
    { target: "人", scripts: undefined },
    { target: "口", scripts: undefined },
  ]);
});

test("ー and small kana of a free line need no target", async () => {
  page.kind.value = "free";
  page.open();
  draw();
  const one = answer({ text: "", is_right: null, legibility: null, characters: [character(1)] });
  server.answers.push(json(201, one));
  await page.score();
  server.answers.push(json(400, { target: [{ message: "No.", code: "does_not_exist" }] }), json(200, one));
  await page.choose("ー");
  await vi.advanceTimersByTimeAsync(1000);
  expect(page.line.value?.status).toBe("scored");
});

test("the squares survive a reload, and a word that was sent doesn't come again", async () => {
  await openWith(word("入口"), word("3月"));
  draw();
  page.proceed();
  leavePage();
  page = await openPage();
  page.open();
  expect(page.session.value).toMatchObject({ index: 0, current: 1 });
  page.goTo(0);
  expect(page.strokeCount.value).toBe(1);
  page.goTo(1);
  draw();
  server.answers.push(json(201, answer()));
  page.proceed();
  await settled();
  page = await openPage();
  page.open();
  expect(page.session.value).toMatchObject({ index: 1, current: 0 });
  expect(page.strokeCount.value).toBe(0);
});

test("ink of another list's session isn't on the paper", async () => {
  await openWith(word("入口"));
  draw();
  leavePage();
  history.replaceState(null, "", "?list=2");
  page = await openPage();
  await openWith(word("3月"));
  history.replaceState(null, "", location.pathname);
  expect(page.task.value?.text).toBe("3月");
  expect(page.strokeCount.value).toBe(0);
});

test("each kind keeps its own squares", async () => {
  await openWith(word("入口"));
  draw();
  page.chooseKind("free");
  expect(page.strokeCount.value).toBe(0);
  draw();
  draw();
  page.chooseKind("dictation");
  expect(page.strokeCount.value).toBe(1);
  page.chooseKind("free");
  expect(page.strokeCount.value).toBe(2);
});

test("words that can't be loaded can be asked for again", async () => {
  server.answers.push(noConnection);
  page.open();
  await settled();
  expect(page.failure.value).toContain("can’t be loaded without a connection");
  server.answers.push(json(200, { due: 0, new: 1, results: [word("入口")] }));
  await page.load();
  expect(page.failure.value).toBe("");
  expect(page.stage.value).toBe("writing");
});

test("words that can't be loaded leave the kind that was chosen since", async () => {
  let fail: (reason: Error) => void = () => {};
  server.answers.push(() => new Promise((_, reject) => (fail = reject)));
  page.open();
  page.chooseKind("free");
  fail(new TypeError("Failed to fetch"));
  await settled();
  expect(page.failure.value).toBe("");
});

test("the session ends with what was written", async () => {
  await openWith(word("入口"));
  server.answers.push(json(201, answer()));
  await writeBoth();
  page.proceed();
  expect(page.stage.value).toBe("summary");
  server.answers.push(json(200, { due: 0, new: 1, results: [word("3月")] }));
  page.startAnew();
  await settled();
  expect(page.task.value?.text).toBe("3月");
});

import { describe, expect, test } from "vitest";
import { blank, type Ink } from "../ink/ink";
import type { Line, Word } from "./api";
import * as sessions from "./session";
import { begin, beginFreely, goTo, MAX_SQUARES, mayScore, nextEmpty, type Session } from "./session";

const inked = (x: number): Ink => ({ width: 300, height: 300, strokes: [[[x, 10, 0]]], startedAt: 0 });

const word = (text: string): Word => ({
  text,
  reading: "いりぐち",
  meanings: ["entrance"],
  is_new: false,
  cloze: { before: "駅の", after: "です" },
  unmeant: [],
});

const scored = (over: Partial<Line> = {}): Line => ({
  id: "line",
  status: "scored",
  failure: "",
  kind: "dictation",
  text: "入口",
  direction: "horizontal",
  saw_reference: false,
  read_as: "入口",
  read_alone: "入ロ",
  legibility: 96,
  is_right: true,
  characters: [],
  remarks: [],
  ...over,
});

const twoWords = (): Session =>
  begin("dictation", [sessions.taskOf(word("入口"), "dictation"), sessions.taskOf(word("3月"), "dictation")]);

describe("the squares", () => {
  test("a text has one for each of its characters", () => {
    expect(twoWords().squares).toHaveLength(2);
    expect(begin("own", [sessions.taskOfText("𠮟る")]).squares).toHaveLength(2);
  });

  test("what is on the paper stays in its square when another is taken", () => {
    const session = goTo(goTo(twoWords(), inked(1), 1), inked(2), 0);
    expect(session.current).toBe(0);
    expect(session.squares).toEqual([inked(1), inked(2)]);
  });

  test("a free line grows by one square beyond its last, up to the limit", () => {
    let session = goTo(beginFreely(), inked(0), 1);
    expect(session).toMatchObject({ current: 1, squares: [inked(0), blank] });
    expect(goTo(session, blank, 3).current).toBe(1);
    for (let i = 2; i <= MAX_SQUARES; i++) session = goTo(session, inked(i), i);
    expect(session.squares).toHaveLength(MAX_SQUARES);
    expect(session.current).toBe(MAX_SQUARES - 1);
  });

  test("that of a text doesn't grow", () => {
    expect(goTo(twoWords(), inked(1), 2)).toMatchObject({ current: 0, squares: [blank, blank] });
  });

  test("the next empty square is looked for from the current one on, then from the beginning", () => {
    const session = goTo(begin("own", [sessions.taskOfText("あいう")]), inked(1), 1);
    expect(nextEmpty(session, inked(2))).toBe(2);
    expect(nextEmpty(session, blank)).toBe(2);
    const last = goTo(session, blank, 2);
    expect(nextEmpty(last, inked(3))).toBe(1);
    expect(nextEmpty(goTo(last, inked(3), 1), inked(2))).toBeNull();
  });

  test("a text can be scored once every square has ink, a free line once one has", () => {
    const session = goTo(twoWords(), inked(1), 1);
    expect(mayScore(session, blank)).toBe(false);
    expect(mayScore(session, inked(2))).toBe(true);
    expect(mayScore(beginFreely(), blank)).toBe(false);
    const free = goTo(beginFreely(), inked(1), 1);
    expect(mayScore(free, blank)).toBe(true);
    expect(sessions.filledSquares(free, blank)).toEqual([inked(1)]);
  });
});

describe("the tasks", () => {
  test("only a sentence with a gap has text around it", () => {
    expect(sessions.taskOf(word("入口"), "cloze")).toMatchObject({
      text: "入口",
      before: "駅の",
      after: "です",
    });
    expect(sessions.taskOf(word("入口"), "dictation")).toMatchObject({ before: "", after: "" });
  });

  test("the next one has empty squares, and the session is over after the last", () => {
    const next = sessions.next({ ...goTo(twoWords(), inked(1), 1), sawReference: true });
    expect(next).toMatchObject({ index: 1, current: 0, squares: [blank, blank], sawReference: false });
    expect(sessions.isOver(next)).toBe(false);
    expect(sessions.isOver(sessions.next(next))).toBe(true);
    expect(sessions.taskOn(sessions.next(next))).toBeNull();
  });

  test("a free session has always another", () => {
    expect(sessions.isOver(sessions.next(beginFreely()))).toBe(false);
  });

  test("a misread text comes once more at the end, once", () => {
    const misread = scored({ is_right: false, read_as: "人口", legibility: 40 });
    const written = sessions.setScored(sessions.addWritten(twoWords(), "line", []), "line", misread);
    expect(written.tasks.map(({ text, isRepeat }) => [text, isRepeat])).toEqual([
      ["入口", false],
      ["3月", false],
      ["入口", true],
    ]);
    expect(sessions.setScored(written, "line", misread).tasks).toHaveLength(3);
    const repeat = { ...written, index: 2 };
    const again = sessions.setScored(sessions.addWritten(repeat, "b", []), "b", { ...misread, id: "b" });
    expect(again.tasks).toHaveLength(3);
    expect(sessions.position(repeat)).toEqual({ number: 1, of: 1, isRepeat: true });
  });

  test("one that reads right doesn't come again", () => {
    const written = sessions.setScored(sessions.addWritten(twoWords(), "line", []), "line", scored());
    expect(written.tasks).toHaveLength(2);
    expect(written.written).toMatchObject([{ task: 0, legibility: 96, isRight: true, readAs: "入口" }]);
  });

  test("a line that waited under its key gets its id with its score", () => {
    const written = sessions.setScored(sessions.addWritten(twoWords(), "key", []), "key", scored());
    expect(written.written).toMatchObject([{ id: "line" }]);
  });

  test("writing a task again replaces its line", () => {
    const once = sessions.addWritten(twoWords(), "a", []);
    expect(sessions.addWritten(once, "b", []).written.map(({ id }) => id)).toEqual(["b"]);
  });
});

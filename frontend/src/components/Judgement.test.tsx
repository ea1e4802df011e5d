import { render } from "preact";
import { expect, test } from "vitest";
import type { Score } from "../api";
import { strokesOf } from "../marks";
import { attempt } from "../state/testing";
import { words } from "../words";
import { Candidates } from "../writing/Candidates";
import { Judgement } from "./Judgement";

const score: Score = {
  legibility: 85,
  form: null,
  band: "clear",
  misread_as: [],
  reasons: [],
  remarks: [],
  notes: [],
  model: "m",
};

function judgementText(misreadAs: string[], aloneAlso: string[]): string {
  const root = document.createElement("div");
  const judged = { ...score, misread_as: misreadAs };
  render(
    <Judgement attempt={attempt({ target: "し", alone_also: aloneAlso })} score={judged} target="し" />,
    root,
  );
  return root.textContent ?? "";
}

function candidatesText(aloneAlso: string[]): string {
  const root = document.createElement("div");
  render(<Candidates attempt={attempt({ alone_also: aloneAlso })} />, root);
  return root.textContent ?? "";
}

test("the score is shown with what the attempt could be on its own", () => {
  expect(judgementText([], ["l"])).toContain(words.aloneAlso(["l"]));
});

test.each([
  [97, null, "textbook", "flower"],
  [97, 100, "textbook", "flower"],
  [97, 75, "clear", "double"],
] as const)(
  "a legibility of %i with the form %s has the word and the mark of its band, %s",
  (legibility, form, band, mark) => {
    const root = document.createElement("div");
    const judged = { ...score, legibility, form, band };
    render(<Judgement attempt={attempt({ target: "食", score: judged })} score={judged} target="食" />, root);
    expect(root.textContent).toContain(words.bands[band]);
    const paths = [...root.querySelectorAll(".score svg path")].map((path) => path.getAttribute("d"));
    expect(paths).toEqual(strokesOf(mark));
  },
);

test("a misreading isn't named again as an alternative", () => {
  const text = judgementText(["レ"], ["レ", "l"]);
  expect(text).toContain(words.misreadAs(["レ"]));
  expect(text).toContain(words.aloneAlso(["l"]));
});

test.each([
  ["misread", "し", words.readsAs(["口"])],
  ["doubtful", "し", words.misreadAs(["口"])],
  ["misread", "ロ", words.misreadAs(["口"])],
] as const)("a %s %s that is read as 口 or ロ has the sentence %s", (band, target, sentence) => {
  const root = document.createElement("div");
  const judged = { ...score, legibility: 0, band, misread_as: ["口"] };
  render(<Judgement attempt={attempt({ target })} score={judged} target={target} />, root);
  expect([...root.querySelectorAll(".remark")].map(({ textContent }) => textContent)).toContain(sentence);
});

test("of what looks like no known character, nothing says that it reads as one", () => {
  const root = document.createElement("div");
  const judged = { ...score, legibility: 0, band: "misread" as const, misread_as: ["口"] };
  const scribble = attempt({ target: "し", known: false, alone_also: ["l"] });
  render(<Judgement attempt={scribble} score={judged} target="し" />, root);
  const remarks = [...root.querySelectorAll(".remark")].map(({ textContent }) => textContent);
  expect(remarks).toEqual([words.unknownRemark, words.misreadAs(["口"])]);
});

test("without an alternative, no sentence about alternatives is shown", () => {
  expect(judgementText([], [])).not.toContain(words.aloneAlso(["l"]).slice(0, 10));
});

test("notes on ends of strokes are shown apart from the remarks, as accepted", () => {
  const root = document.createElement("div");
  const note = { code: "end_hook", text: "Stroke 1 ends with a hook.", strokes: [1], reference: [1] };
  render(
    <Judgement attempt={attempt({ target: "小" })} score={{ ...score, notes: [note] }} target="小" />,
    root,
  );
  expect(root.querySelector(".notes")?.textContent).toBe(words.notes + note.text + words.notesMean);
  expect(root.querySelector(".remarks")).toBeNull();
});

test("without a target, the likeliest candidate is named with what it could be on its own", () => {
  expect(candidatesText(["l"])).toContain(words.readsAsOrAlone("口", ["l"]));
  expect(candidatesText([])).not.toContain(words.readsAsOrAlone("口", ["l"]).slice(0, 8));
});

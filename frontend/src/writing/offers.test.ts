import { beforeEach, expect, test } from "vitest";
import { fakeServer, invalid, json, noConnection, server } from "../state/testing";
import { lookUp } from "./offers";

fakeServer();
beforeEach(() => {
  document.documentElement.lang = "en";
});

const matches = (...literals: string[]) => json(200, { results: literals.map((literal) => ({ literal })) });

async function lookedUp(typed: string, ...answers: (() => Response | Promise<Response>)[]) {
  server.answers = answers;
  const found = await lookUp(typed);
  return found && [found.character, found.offers.join(""), found.isRefused];
}

test("a character of the catalogue is taken, and others with its reading are offered", async () => {
  expect(await lookedUp("か", matches("か", "カ", "火"))).toEqual(["か", "カ火", false]);
  expect(server.requests[0]?.url).toBe("/api/v1/characters/?q=%E3%81%8B&page_size=12");
});

test("the characters of a reading are offered, and none is taken", async () => {
  expect(await lookedUp("しょく", matches("食", "色"))).toEqual(["", "食色", false]);
});

test.each(["ヰ", "😀"])("%s is refused", async (typed) => {
  expect(await lookedUp(typed, matches())).toEqual(["", "", true]);
});

test("a character that the catalogue lacks is refused, and its variant is offered", async () => {
  expect(await lookedUp("鬱", matches("欝"))).toEqual(["", "欝", true]);
});

test("a search that the server doesn't understand is refused", async () => {
  const refused = json(400, invalid("not_understood", "No field."));
  expect(await lookedUp(":", refused)).toEqual(["", "", true]);
});

test("of characters that are no reading the last is taken", async () => {
  expect(await lookedUp("永q", matches(), matches("q"))).toEqual(["q", "", false]);
  expect(await lookedUp("永ヰ", matches(), matches())).toEqual(["", "", true]);
});

test("without an answer nothing is refused", async () => {
  expect(await lookedUp("ヰ", noConnection)).toBeNull();
  expect(await lookedUp("ヰ", json(503, null))).toBeNull();
});

import { afterEach, expect, test, vi } from "vitest";
import { describe } from "./describe";

const answers = (body: unknown) => vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body)));

afterEach(() => {
  vi.unstubAllGlobals();
  document.documentElement.lang = "";
});

test.each([
  ["en", ["eat"]],
  ["fr", ["manger"]],
  ["ja", []],
])("a character is described in the page's language: %s", async (lang, meanings) => {
  document.documentElement.lang = lang;
  answers({ literal: "食", said: "", on: [], kun: [], meanings: { en: ["eat"], fr: ["manger"] } });
  await expect(describe("食")).resolves.toMatchObject({ character: "食", meanings });
  answers({ literal: "鯵", said: "", on: [], kun: [], meanings: { en: ["horse mackerel"], fr: [] } });
  const isJapanese = lang === "ja";
  await expect(describe("鯵")).resolves.toMatchObject({ meanings: isJapanese ? [] : ["horse mackerel"] });
});

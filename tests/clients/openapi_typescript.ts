/** Uses the types that openapi-typescript made, with openapi-fetch. */

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.ts";

const { SITE = "", TOKEN = "", SESSION = "", INK = "", IMAGE = "" } = process.env;
const ink: components["schemas"]["Ink"] = JSON.parse(INK);
const clientOf = (headers: Record<string, string>) =>
  createClient<paths>({ baseUrl: SITE.replace(/\/$/, ""), headers });
const client = clientOf({ Authorization: `Bearer ${TOKEN}` });

function check(truth: unknown, message: string): asserts truth {
  if (!truth) throw new Error(message);
}

const read = (id: string) => client.GET("/api/v1/attempts/{id}/", { params: { path: { id } } });
type Attempt = NonNullable<Awaited<ReturnType<typeof read>>["data"]>;

async function wait(attempt: Attempt | undefined): Promise<Attempt> {
  check(attempt, "no attempt");
  if (attempt.status !== "queued") return attempt;
  await sleep(200);
  return wait((await read(attempt.id)).data);
}

const create = async (body: components["schemas"]["InkRequest"], prefer = "wait=10") =>
  client.POST("/api/v1/attempts/", { body, params: { header: { Prefer: prefer } } });

const first = await wait((await create({ ink, target: "口" })).data);
check(first.score && first.score.legibility >= 80, "the ink's score");

const form = new FormData();
form.append("image", new Blob([readFileSync(IMAGE)], { type: "image/png" }), "kuchi.png");
form.append("scripts", "kanji");
const sent = await client.POST("/api/v1/attempts/", {
  body: { image: "" },
  bodySerializer: () => form,
  params: { header: { Prefer: "wait=10" } },
});
const image = await wait(sent.data);
check(image.candidates[0]?.character === "口", "the image's reading");
check(image.image?.startsWith(SITE), "the image's address");

const later = await create({ ink }, "respond-async");
check(later.response.status === 202, "an attempt without a score");
check(later.response.headers.get("Location")?.startsWith(SITE), "its address");
const shown = await wait(later.data);
check(shown.candidates.length > 0, "its candidates");

const seen: string[] = [];
let cursor: string | undefined;
do {
  const query = { page_size: 2, ...(cursor ? { cursor } : {}) };
  const { data } = await client.GET("/api/v1/attempts/", { params: { query } });
  check(data, "a page");
  seen.push(...data.results.map(({ id }) => id));
  cursor = data.next ? (new URL(data.next).searchParams.get("cursor") ?? undefined) : undefined;
} while (cursor);
check(seen.slice(0, 3).join() === [shown.id, image.id, first.id].join(), "the order of attempts");
check(new Set(seen).size === seen.length, "each attempt once");

const literal = { literal: "永" };
const anyone = clientOf({});
const known = await anyone.GET("/api/v1/characters/{literal}/", { params: { path: literal } });
check(known.data?.stroke_count === 5, "the strokes of 永");
const again = await anyone.GET("/api/v1/characters/{literal}/", {
  params: { path: literal, header: { "If-None-Match": known.response.headers.get("ETag") ?? "" } },
});
check(again.response.status === 304, "an unchanged character");

const batch = await client.POST("/api/v1/attempts/batch/", {
  body: {
    attempts: [
      { ink, target: "口" },
      { ink, target: "日" },
    ],
  },
});
check(batch.data?.map(({ target }) => target).join() === "口,日", "the batch in its order");

const token = "t".repeat(32);
const browser = clientOf({ Cookie: `sessionid=${SESSION}; csrftoken=${token}`, "X-CSRFToken": token });
const made = await browser.POST("/api/v1/tokens/", { body: { name: "Phone", scopes: ["read:history"] } });
check(made.data, "a token");
const tokens = await browser.GET("/api/v1/tokens/");
check(tokens.data?.results.some(({ id }) => id === made.data.id), "the token among all");
await browser.DELETE("/api/v1/tokens/{id}/", { params: { path: { id: made.data.id } } });
const ended = await clientOf({ Authorization: `Bearer ${made.data.secret}` }).GET("/api/v1/attempts/");
check(ended.error?.code === "invalid_token", "a revoked token");

const refused = await create({ ink: { ...ink, strokes: [] } });
check(refused.error?.code === "invalid", "an invalid request");
const [error] = refused.error.errors ?? [];
check(error?.pointer === "/ink" && error.code === "nothing_written", "what is wrong, and where");
console.log("done");

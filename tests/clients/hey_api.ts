/** Uses the client that @hey-api/openapi-ts made, in the folder hey. */

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, createConfig, formDataBodySerializer } from "./hey/client/index.ts";
import {
  type Attempt,
  attemptsBatchCreate,
  attemptsCreate,
  attemptsList,
  attemptsRetrieve,
  charactersRetrieve,
  type Ink,
  tokensCreate,
  tokensDestroy,
  tokensList,
} from "./hey/index.ts";

const { SITE = "", TOKEN = "", SESSION = "", INK = "", IMAGE = "" } = process.env;
const ink: Ink = JSON.parse(INK);
const clientOf = (headers: Record<string, string>) =>
  createClient(createConfig({ baseUrl: SITE.replace(/\/$/, ""), headers }));
const client = clientOf({ Authorization: `Bearer ${TOKEN}` });
const prefer = (Prefer: string) => ({ Prefer });

function check(truth: unknown, message: string): asserts truth {
  if (!truth) throw new Error(message);
}

async function wait(attempt: Attempt | undefined): Promise<Attempt> {
  check(attempt, "no attempt");
  if (attempt.status !== "queued") return attempt;
  await sleep(200);
  return wait((await attemptsRetrieve({ client, path: { id: attempt.id } })).data);
}

const written = await attemptsCreate({ client, body: { ink, target: "口" }, headers: prefer("wait=10") });
const first = await wait(written.data);
check(first.score && first.score.legibility >= 80, "the ink's score");

const file = new Blob([readFileSync(IMAGE)], { type: "image/png" });
const sent = await attemptsCreate({
  client,
  body: { image: file, scripts: ["kanji"] } as never, // it knows only the first type of a body
  ...formDataBodySerializer,
  headers: { ...prefer("wait=10"), "Content-Type": null } as never,
});
const image = await wait(sent.data);
check(image.candidates[0]?.character === "口", "the image's reading");
check(image.image?.startsWith(SITE), "the image's address");

const later = await attemptsCreate({ client, body: { ink }, headers: prefer("respond-async") });
check(later.response?.status === 202, "an attempt without a score");
const shown = await wait(later.data);
check(shown.candidates.length > 0, "its candidates");

const seen: string[] = [];
let cursor: string | undefined;
do {
  const { data } = await attemptsList({ client, query: { page_size: 2, ...(cursor ? { cursor } : {}) } });
  check(data, "a page");
  seen.push(...data.results.map(({ id }) => id));
  cursor = data.next ? (new URL(data.next).searchParams.get("cursor") ?? undefined) : undefined;
} while (cursor);
check(seen.slice(0, 3).join() === [shown.id, image.id, first.id].join(), "the order of attempts");
check(new Set(seen).size === seen.length, "each attempt once");

const anyone = clientOf({});
const known = await charactersRetrieve({ client: anyone, path: { literal: "永" } });
check(known.data?.stroke_count === 5, "the strokes of 永");
const etag = known.response?.headers.get("ETag") ?? "";
const again = await charactersRetrieve({
  client: anyone,
  path: { literal: "永" },
  headers: { "If-None-Match": etag },
});
check(again.response?.status === 304, "an unchanged character");

const attempts = [
  { ink, target: "口" },
  { ink, target: "日" },
];
const batch = await attemptsBatchCreate({ client, body: { attempts } });
check(batch.data?.map(({ target }) => target).join() === "口,日", "the batch in its order");

const token = "t".repeat(32);
const browser = clientOf({ Cookie: `sessionid=${SESSION}; csrftoken=${token}`, "X-CSRFToken": token });
const made = await tokensCreate({ client: browser, body: { name: "Phone", scopes: ["read:history"] } });
check(made.data, "a token");
const { id, secret } = made.data;
const tokens = await tokensList({ client: browser });
check(tokens.data?.results.some((one) => one.id === id), "the token among all");
await tokensDestroy({ client: browser, path: { id } });
const ended = await attemptsList({ client: clientOf({ Authorization: `Bearer ${secret}` }) });
check(ended.error?.code === "invalid_token", "a revoked token");

const refused = await attemptsCreate({ client, body: { ink: { ...ink, strokes: [] as never } } });
check(refused.error?.code === "invalid", "an invalid request");
const [error] = refused.error.errors ?? [];
check(error?.pointer === "/ink" && error.code === "nothing_written", "what is wrong, and where");
console.log("done");

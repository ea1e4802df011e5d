import { afterEach, expect, test, vi } from "vitest";
import * as api from "./api";

const answers = (status: number, body: unknown) => {
  const fetch = vi.fn(
    async (_url: string, _init: RequestInit) =>
      new Response(body === null ? null : JSON.stringify(body), { status }),
  );
  vi.stubGlobal("fetch", fetch);
  return fetch;
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const attempt: api.NewAttempt = {
  ink: { width: 1, height: 1, strokes: [[[0, 0, 0]]] },
  pen_width: 8,
  target: "永",
  scripts: ["kanji"],
};

test("an attempt is posted with its key and the CSRF token", async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: what Django does
  document.cookie = "csrftoken=abc";
  const fetch = answers(201, { id: "1" });
  await expect(api.sendAttempt(attempt, "key")).resolves.toEqual({ id: "1" });
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect(url).toBe("/api/v1/attempts/");
  expect(init?.headers).toMatchObject({ "Idempotency-Key": "key", "X-CSRFToken": "abc" });
  expect(JSON.parse(String(init?.body))).toEqual(attempt);
});

test("in production the CSRF token is that of the cookie with the prefix", async () => {
  // A cookie without it may be older, or planted by a neighbouring subdomain.
  vi.spyOn(document, "cookie", "get").mockReturnValue("csrftoken=planted; __Host-csrftoken=own");
  const fetch = answers(201, { id: "1" });
  await api.sendAttempt(attempt, "key");
  expect(fetch.mock.calls[0]?.[1]?.headers).toMatchObject({ "X-CSRFToken": "own" });
});

test("a refused field gives the server's message", async () => {
  const error = { pointer: "/ink", code: "nothing_written", detail: "Nothing was written." };
  answers(400, { code: "invalid", detail: "Nothing was written.", errors: [error] });
  await expect(api.sendAttempt(attempt, "key")).rejects.toMatchObject({
    status: 400,
    code: "nothing_written",
    message: "Nothing was written.",
  });
});

test("a throttled request gives its code", async () => {
  answers(429, { detail: "Throttled.", code: "throttled" });
  await expect(api.readAttempt("1")).rejects.toMatchObject({ status: 429, code: "throttled" });
});

test("an HTML answer becomes a refusal with the code unknown", async () => {
  vi.stubGlobal("fetch", async () => new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await expect(api.readAttempt("1")).rejects.toMatchObject({ status: 502, code: "unknown" });
});

test("a lost connection becomes a refusal with status 0", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(api.listAttempts()).rejects.toMatchObject({ status: 0, code: "unreachable" });
});

test("an answer whose end is lost is none, so that what was sent is sent again", async () => {
  vi.stubGlobal("fetch", async () => new Response('{"id": "1', { status: 201 }));
  await expect(api.sendAttempt(attempt, "key")).rejects.toMatchObject({ status: 0, code: "unreachable" });
});

test("the next page is requested from this origin, even if the server names another", async () => {
  const fetch = answers(200, { next: null, results: [] });
  await api.listAttempts("http://internal:8000/api/v1/attempts/?cursor=abc");
  expect(fetch.mock.calls[0]?.[0]).toBe("/api/v1/attempts/?cursor=abc");
});

test("a key can be made on a page without TLS", () => {
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array) => bytes.fill(10) });
  expect(api.newKey()).toBe("0a".repeat(16));
});

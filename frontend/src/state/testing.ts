/** A page with a fake server, for the tests of its state. */

import { afterEach, beforeEach, vi } from "vitest";
import type { Attempt } from "../api";

interface Request {
  method: string;
  url: string;
  body: unknown;
  key: string | undefined;
  writer: string | undefined;
}

/** The requests so far, and the answers to come, in order. A request without an answer fails the test. */
export const server: { requests: Request[]; answers: (() => Response | Promise<Response>)[] } = {
  requests: [],
  answers: [],
};

export const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status });
/** The body of a refusal for one error in the request. */
export const invalid = (code: string, detail: string) => ({
  code: "invalid",
  detail,
  errors: [{ code, detail }],
});
export const noContent = () => new Response(null, { status: 204 });
export const noConnection = () => Promise.reject(new TypeError("Failed to fetch"));

export const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  id: "a",
  status: "scored",
  failure: "",
  written_at: "2026-11-24T09:00:00Z",
  saw_reference: false,
  target: null,
  scripts: [],
  candidates: [{ character: "口", confidence: 0.9, legibility: 96, lookalikes: ["ロ"], alone: 0.9 }],
  alone_also: [],
  score: null,
  known: true,
  excluded: null,
  ink: null,
  image: null,
  exemplar: null,
  shared_url: null,
  ...changes,
});

export const withScore = attempt({
  target: "口",
  score: {
    legibility: 96,
    form: null,
    band: "textbook",
    misread_as: [],
    reasons: [],
    remarks: [],
    notes: [],
    model: "m",
  },
});

async function load() {
  const [attempts, deleting, outbox, paper, sending, trouble] = await Promise.all([
    import("./attempts"),
    import("./deleting"),
    import("./outbox"),
    import("./paper"),
    import("./sending"),
    import("./trouble"),
  ]);
  return { ...attempts, ...deleting, ...outbox, ...paper, ...sending, ...trouble };
}

export type Page = Awaited<ReturnType<typeof load>>;

/** Load the page, as a reload does. Without `leavePage` before it, the old page had no chance to store anything. */
export function openPage(): Promise<Page> {
  vi.resetModules();
  return load();
}

export const leavePage = () => dispatchEvent(new Event("pagehide"));

/** Draw one stroke. */
export function drawStroke(page: Page): void {
  page.beginStroke({ x: 0.1, y: 0.1, at: 0 }, { width: 300, height: 300 });
  page.extendStroke([{ x: 0.9, y: 0.9, at: 100 }]);
  page.endStroke();
}

/** Run each test with fake timers, empty storage and the fake server. */
export function fakeServer(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    sessionStorage.clear();
    localStorage.clear();
    server.requests = [];
    server.answers = [];
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      const headers = init.headers as Record<string, string>;
      server.requests.push({
        method: String(init.method),
        url,
        body:
          init.body instanceof FormData ? init.body : init.body ? JSON.parse(String(init.body)) : undefined,
        key: headers["Idempotency-Key"],
        writer: headers.Writer,
      });
      const answer = server.answers.shift();
      if (!answer) throw new Error(`unexpected ${init.method} ${url}`);
      return answer();
    });
  });

  afterEach(() => {
    leavePage();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

/** Run each test in a browser that opens every picture, as one of 4000 × 3000 px. Returns type and size of those made. */
export function fakePictures(): string[] {
  const encoded: string[] = [];
  beforeEach(() => {
    encoded.length = 0;
    vi.stubGlobal("createImageBitmap", async () => ({ width: 4000, height: 3000, close: () => {} }));
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({ drawImage: () => {} } as never);
    vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockImplementation(function (
      this: HTMLCanvasElement,
      take,
      type,
    ) {
      encoded.push(`${type} ${this.width} × ${this.height}`);
      take(new Blob(["…"], { type }));
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return encoded;
}

/** Every fetch, and the shapes that come back. */

import type { Stroke } from "./ink/ink";

export type Band = "textbook" | "clear" | "readable" | "doubtful" | "misread";

export interface Candidate {
  character: string;
  confidence: number;
  legibility: number;
  lookalikes: string[];
}

/** One thing to mind: its numbers count the writing's strokes and the reference's, from 1. */
export interface Remark {
  code: string;
  text: string;
  strokes: number[];
  reference: number[];
}

export interface Score {
  legibility: number;
  form: number | null;
  band: Band;
  misread_as: string[];
  remarks: Remark[];
  model: string;
}

export interface SentInk {
  width: number;
  height: number;
  strokes: readonly Stroke[];
}

export interface Attempt {
  id: string;
  status: "queued" | "scored" | "failed";
  failure: string;
  written_at: string;
  target: string | null;
  scripts: string[];
  candidates: Candidate[];
  score: Score | null;
  known: boolean | null;
  ink: SentInk | null;
  image: string | null;
  /** What others see of it: nothing while null, offered or refused. */
  exemplar: "offered" | "approved" | "refused" | null;
  /** Where everybody with the link can see it; null while it isn't shared. */
  shared_url: string | null;
}

/** How a character is written: `strokes` of [x, y] in a square `side` wide. */
export interface Reference {
  side: number;
  strokes: [x: number, y: number][][];
}

export interface Exemplar {
  ink: SentInk;
  legibility: number;
}

/** A character of one's practice, and when it is written again. Days are the learner's own, as 2026-11-25. */
export interface Review {
  character: string;
  script: string;
  /** Not taken into the practice yet. */
  is_new: boolean;
  due_on: string | null;
  reviewed_on: string | null;
  /** What a character without readings is called. */
  said: string;
  on: string[];
  kun: string[];
  meanings: string[];
}

/** What to practise today: how many are due, how many new ones there is room for, of all; and the first that were asked for. */
export interface Today {
  due: number;
  new: number;
  goal: { writings: number; written: number };
  results: Review[];
}

export interface Writing {
  ink: SentInk;
  target?: string;
  scripts?: readonly string[];
  pen_width: number;
  /** How long ago it was written, where it isn't sent at once. ms */
  age?: number;
}

/** The server takes nothing older. ms */
export const OLDEST = 30 * 24 * 60 * 60 * 1000;

export interface Page {
  next: string | null;
  results: Attempt[];
}

/** An answer that isn't the wanted one. `status` is 0 when there was none, `code` says why in one word. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

const ATTEMPTS = "/api/v1/attempts/";
const at = (id: string): string => `${ATTEMPTS}${encodeURIComponent(id)}/`;
/** Longer than the server waits; past this the connection is taken for dead. ms */
const PATIENCE = 20_000;

/**
 * `key` makes a repeat harmless: the server answers with the first attempt. It refuses what comes from another than
 * `writer`, where one is named.
 */
export function send(
  writing: Writing,
  key: string,
  { patience, writer }: { patience?: number; writer?: string } = {},
): Promise<Attempt> {
  const headers: Record<string, string> = { "Idempotency-Key": key };
  if (writer) headers.Writer = writer;
  return call("POST", ATTEMPTS, writing, headers, patience);
}

export const read = (id: string): Promise<Attempt> => call("GET", at(id));

/** Newest first; `next` is where the page before it said to go on. */
export function list(next?: string): Promise<Page> {
  // Only the path: behind a proxy the server may think of itself under another origin.
  const url = next ? new URL(next, location.href) : null;
  return call("GET", url ? url.pathname + url.search : ATTEMPTS);
}

/** Say what was meant. */
export const mean = (id: string, target: string): Promise<Attempt> => call("PATCH", at(id), { target });

export const forget = (id: string): Promise<void> => call("DELETE", at(id));

/** Bring back what was forgotten a moment ago. */
export const restore = (id: string): Promise<Attempt> => call("POST", `${at(id)}restore/`);

/** Let others see it as an example, once a curator has approved it. */
export const offer = (id: string): Promise<Attempt> => call("PUT", `${at(id)}exemplar/`);

export const withdraw = (id: string): Promise<void> => call("DELETE", `${at(id)}exemplar/`);

/** Give it a link that whoever has it can see it by. */
export const shareAttempt = (id: string): Promise<Attempt> => call("POST", `${at(id)}share/`);

export const unshareAttempt = (id: string): Promise<void> => call("DELETE", `${at(id)}share/`);

const character = (literal: string): string => `/api/v1/characters/${encodeURIComponent(literal)}/`;

export const reference = (literal: string): Promise<Reference> =>
  call("GET", `${character(literal)}strokes/`);

/** The best that a writer has shown of it, if any has. */
export const bestExemplar = async (literal: string): Promise<Exemplar | null> => {
  const page = await call<{ results: Exemplar[] }>("GET", `${character(literal)}exemplars/?page_size=1`);
  return page.results[0] ?? null;
};

const REVIEWS = "/api/v1/reviews/";

/** The first `limit` of what to practise today, at most 100; of a list, due or not, where its id is given. */
export function today(limit: number, list?: string): Promise<Today> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (list) query.set("list", list);
  return call("GET", `${REVIEWS}?${query}`);
}

/** Take a new character into one's practice. Harmless twice. */
export const beginReview = (literal: string): Promise<Review> =>
  call("POST", REVIEWS, { character: literal });

export const review = (literal: string): Promise<Review> =>
  call("GET", `${REVIEWS}${encodeURIComponent(literal)}/`);

/** A key for one writing. `randomUUID` is missing where the page isn't served securely, as from a phone in the same room. */
export function newKey(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

async function call<T>(
  method: string,
  url: string,
  body?: unknown,
  extra: Record<string, string> = {},
  patience = PATIENCE,
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...extra };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (token) headers["X-CSRFToken"] = token;

  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw new Refusal(0, "unreachable", "");
  }
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response, answer);
  if (answer === null) throw new Refusal(response.status, "unreadable", "");
  return answer as T;
}

/** `{"detail", "code"}`, or `{field: [{"message", "code"}, …]}`: the first complaint is the one to show. */
function refusal(response: Response, answer: unknown): Refusal {
  const { code, message } = complaint(answer) ?? { code: "unknown", message: "" };
  return new Refusal(response.status, code, message, Number(response.headers.get("Retry-After")) || 0);
}

function complaint(answer: unknown): { code: string; message: string } | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { code, message, detail } = answer as Record<string, unknown>;
  const text = typeof message === "string" ? message : detail;
  if (typeof code === "string" && typeof text === "string") return { code, message: text };
  for (const part of Object.values(answer)) {
    const found = complaint(part);
    if (found) return found;
  }
  return null;
}

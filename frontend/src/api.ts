/** The requests that several pages send, and the types of the answers. Those of one page alone go through `call` too. */

import type { Stroke } from "./ink/ink";
import type { BANDS } from "./limits.generated";

export type Band = keyof typeof BANDS;

export interface Candidate {
  character: string;
  confidence: number;
  legibility: number;
  lookalikes: string[];
  /** Probability without context, 0 to 1. */
  alone: number;
}

/** One remark on the strokes: the numbers of the attempt's and the reference's strokes, from 1. */
export interface Remark {
  code: string;
  text: string;
  strokes: number[];
  reference: number[];
}

/** How readers tell the target from `character`, and the strokes that decide, by their numbers from 1. */
export interface Reason {
  character: string;
  text: string;
  /** The language of `text`. */
  language: string;
  /** Names the deciding strokes; may be empty. */
  hint: string;
  /** The deciding strokes, from 1, in the attempt, in the target's reference and in the other character's. */
  strokes: number[];
  reference: number[];
  character_reference: number[];
}

export interface Score {
  legibility: number;
  form: number | null;
  band: Band;
  misread_as: string[];
  reasons: Reason[];
  remarks: Remark[];
  /** Strokes that end differently from the school form, which is accepted. */
  notes: Remark[];
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
  /** The writer could see the reference, or a stroke of it. */
  saw_reference: boolean;
  target: string | null;
  scripts: string[];
  candidates: Candidate[];
  /** Likely characters of other scripts, for a reader without context. */
  alone_also: string[];
  score: Score | null;
  known: boolean | null;
  /** The character that a reader would see, if `scripts` exclude it. */
  excluded: Candidate | null;
  ink: SentInk | null;
  image: string | null;
  /** Its state as an exemplar; null if it was never offered as one. */
  exemplar: "offered" | "approved" | "refused" | null;
  /** The page that everybody with the link can see; null while it isn't shared. */
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

/** A character by its meanings and readings. */
export interface Described {
  character: string;
  script: string;
  /** The character's name, where it has no readings. */
  said: string;
  on: string[];
  kun: string[];
  meanings: string[];
}

/** A character that the learner practises, and when it is due. Days are the learner's own: 2026-11-25. */
export interface Review extends Described {
  /** Not part of the learner's practice yet. */
  is_new: boolean;
  /** The learner keeps forgetting it. */
  is_leech: boolean;
  due_on: string | null;
  reviewed_on: string | null;
}

/** Today's practice: numbers of due and new characters, the daily goal in attempts, and the first reviews. */
export interface Today {
  due: number;
  new: number;
  /** null for a guest, who has none. */
  goal: { writings: number; written: number } | null;
  results: Review[];
}

export interface NewAttempt {
  ink: SentInk;
  target?: string;
  scripts?: readonly string[];
  pen_width: number;
  saw_reference?: boolean;
  /** ms since it was written, if it wasn't sent at once. */
  age?: number;
}

export interface AttemptPage {
  next: string | null;
  results: Attempt[];
}

/** A request that failed. `status` is 0 if no answer came; `code` is the API's error code. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The body of the answer; null if there was none. */
    readonly answer: unknown = null,
  ) {
    super(message);
  }
}

/** Whether the same request may succeed later, as after a lost connection or with a busy server. */
export const isTemporary = ({ status }: Refusal): boolean => status === 0 || status === 429 || status >= 500;

const ATTEMPTS = "/api/v1/attempts/";
export const attemptAt = (id: string): string => `${ATTEMPTS}${encodeURIComponent(id)}/`;
/** ms. Longer than the server waits; after this the connection counts as lost. */
const TIMEOUT = 20_000;

/**
 * Create an attempt of ink, or of an image in a form with the API's fields. Sending it again with the same `key` returns
 * the first attempt. With `writer`, the server refuses it if somebody else is signed in. `timeout` is in ms.
 */
export function sendAttempt(
  attempt: NewAttempt | FormData,
  key: string,
  { timeout, writer }: { timeout?: number; writer?: string } = {},
): Promise<Attempt> {
  const headers: Record<string, string> = { "Idempotency-Key": key };
  if (writer) headers.Writer = writer;
  return call("POST", ATTEMPTS, attempt, headers, timeout);
}

export const readAttempt = (id: string): Promise<Attempt> => call("GET", attemptAt(id));

/** A page of attempts, newest first. `next` is the address that the page before it named. */
export const listAttempts = (next?: string): Promise<AttemptPage> =>
  call("GET", next ? pathOf(next) : ATTEMPTS);

/** Path and query of an address that the API names: behind a proxy the server may know itself under another origin. */
export function pathOf(address: string): string {
  const { pathname, search } = new URL(address, location.href);
  return pathname + search;
}

/** Set which character was meant, and what may compete from now on. 409 if something newer has been written since. */
export const setTarget = (id: string, target: string, scripts?: readonly string[]): Promise<Attempt> =>
  call("PATCH", attemptAt(id), { target, scripts });

export const deleteAttempt = (id: string): Promise<void> => call("DELETE", attemptAt(id));

/** Undo the deletion of an attempt. */
export const restoreAttempt = (id: string): Promise<Attempt> => call("POST", `${attemptAt(id)}restore/`);

const characterAt = (literal: string): string => `/api/v1/characters/${encodeURIComponent(literal)}/`;

export const readReference = (literal: string): Promise<Reference> =>
  call("GET", `${characterAt(literal)}strokes/`);

/** The characters that match a search, best first: a character itself, or those with a reading or meaning. */
export async function findCharacters(search: string, limit: number): Promise<string[]> {
  const query = new URLSearchParams({ q: search, page_size: String(limit) });
  const page = await call<{ results: { literal: string }[] }>("GET", `/api/v1/characters/?${query}`);
  return page.results.map(({ literal }) => literal);
}

/** A character of the catalogue, with the facts that are used here. */
export interface CatalogueEntry extends Omit<Described, "character" | "meanings"> {
  literal: string;
  meanings: { en: string[]; fr: string[] };
}

export const readCharacter = (literal: string): Promise<CatalogueEntry> => call("GET", characterAt(literal));

/** The character's best exemplar; null if it has none. */
export const bestExemplar = async (literal: string): Promise<Exemplar | null> => {
  const page = await call<{ results: Exemplar[] }>("GET", `${characterAt(literal)}exemplars/?page_size=1`);
  return page.results[0] ?? null;
};

const REVIEWS = "/api/v1/reviews/";

/**
 * Today's practice with its first `limit` reviews, at most 100, and `more` new characters beyond today's quota. With a
 * list's id, all of that list, due or not.
 */
export function todaysPractice(
  limit: number,
  { list, more }: { list?: string; more?: string },
): Promise<Today> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (list) query.set("list", list);
  if (more) query.set("more", more);
  return call("GET", `${REVIEWS}?${query}`);
}

/** Add a character to the learner's practice. Repeating it changes nothing. */
export const addReview = (literal: string): Promise<Review> => call("POST", REVIEWS, { character: literal });

export const readReview = (literal: string): Promise<Review> =>
  call("GET", `${REVIEWS}${encodeURIComponent(literal)}/`);

/** A key for one attempt. Pages served without TLS, as from a computer in the same room, have no `randomUUID`. */
export function newKey(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** Send a request and parse the answer. Rejects with a Refusal. `timeout` is in ms. */
export async function call<T>(
  method: string,
  url: string,
  body?: unknown,
  extraHeaders: Record<string, string> = {},
  timeout = TIMEOUT,
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...extraHeaders };
  const isForm = body instanceof FormData; // whose type the browser sets, with the boundary
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  const token = cookie("__Host-csrftoken") ?? cookie("csrftoken"); // the prefix is for production
  if (token) headers["X-CSRFToken"] = token;

  const content = isForm ? body : body === undefined ? undefined : JSON.stringify(body);
  const response = await request(url, { method, headers, body: content }, timeout);
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusalOf(response, answer);
  if (answer === null) throw unreachable(); // the connection was lost, or is one that leads nowhere
  return answer as T;
}

/** Send a request. Rejects with a Refusal if no answer comes. */
export async function request(url: string, init: RequestInit = {}, timeout = TIMEOUT): Promise<Response> {
  try {
    return await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(timeout), ...init });
  } catch {
    throw unreachable();
  }
}

const unreachable = (): Refusal => new Refusal(0, "unreachable", "");

/** The value of a cookie. `name` has no character that is special in regular expressions. */
const cookie = (name: string): string | undefined =>
  new RegExp(`(?:^|; )${name}=([^;]+)`).exec(document.cookie)?.[1];

/** An error of the API. `errors` says what is wrong in the request, and where. */
interface Problem {
  code: string;
  detail: string;
  errors?: { code: string; detail: string }[];
}

export function refusalOf(response: Response, answer: unknown): Refusal {
  const problem = isProblem(answer) ? answer : { code: "unknown", detail: "" };
  const { code, detail } = problem.errors?.[0] ?? problem;
  return new Refusal(response.status, code, detail, answer);
}

const isProblem = (answer: unknown): answer is Problem =>
  typeof answer === "object" && answer !== null && "code" in answer && "detail" in answer;

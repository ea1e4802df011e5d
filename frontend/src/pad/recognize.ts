/** The one request of the pad. */

/** x and y in CSS pixels of the writing area, ms since the first point. */
export type Point = [number, number, number];

export interface Ink {
  width: number;
  height: number;
  strokes: Point[][];
}

export interface Candidate {
  character: string;
  confidence: number;
  legibility: number;
  lookalikes: string[];
  alone: number;
}

export interface Recognition {
  known: boolean;
  candidates: Candidate[];
  targets: { target: string; legibility: number; misread_as: string[] }[];
}

export interface Question {
  ink: Ink;
  scripts: string[];
  targets: string[];
  before: string;
  after: string;
}

/** A refusal; `wait` is in seconds, 0 if asking again is of no use. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly wait: number,
  ) {
    super(code);
  }
}

/** Seconds until a request that didn't get through is repeated. */
const PAUSE = 3;

/** Throws Refusal, and the signal's reason once it is aborted. */
export async function recognize(api: URL, question: Question, signal: AbortSignal): Promise<Recognition> {
  let answer: Response;
  try {
    answer = await fetch(new URL("recognitions/", api), {
      method: "POST",
      body: JSON.stringify(question),
      headers: { "Content-Type": "application/json" },
      credentials: "omit",
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new Refusal(String(error), PAUSE);
  }
  if (answer.ok) return answer.json();
  const isTemporary = answer.status === 429 || answer.status > 500;
  const wait = isTemporary ? Number(answer.headers.get("Retry-After")) || PAUSE : 0;
  const { code = "" } = await answer.json().catch(() => ({}));
  throw new Refusal(code || `${answer.status}`, wait);
}

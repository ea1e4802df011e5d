/** The lesson that is on, and the functions that lead through it. The paper is the one of state.ts. */

import { batch, computed, effect, signal, untracked } from "@preact/signals";
import * as api from "../api";
import { type Attempt, type Reference, Refusal, type Review, type Today } from "../api";
import { isBlank } from "../ink/ink";
import { thumbnail } from "../ink/thumbnail";
import {
  attempts,
  canScore,
  ink,
  isOnPaper,
  isSending,
  loadHistory,
  sendPaper,
  shown,
  turnSheet,
} from "../state/state";
import { always, recall, remember, thisTab } from "../storage";
import { plainly } from "../words";
import * as turns from "./turns";
import { isOver, type Lesson, lessonOf } from "./turns";
import { words } from "./words";

/** How many characters; "all" are those that are due and the new ones of today. */
export type Size = number | "all";
export const SIZES = [5, 10, 20] as const;
/** As many as the server tells at once. */
export const MOST = 100;
const DAY = 24 * 60 * 60 * 1000;

const isSize = (value: unknown): value is Size =>
  value === "all" || (Number.isInteger(value) && (value as number) > 0);

// ── Before ──────────────────────────────────────────────────────────────────

/** What there is to practise; null until that is known. */
export const today = signal<Today | null>(null);
/** How many there are: of a list all, due or not. */
export const toPractise = computed(() => {
  if (!today.value) return 0;
  const { due, new: fresh, results } = today.value;
  return list() ? results.length : Math.min(MOST, due + fresh);
});
/** Why it isn't known, in plain words. */
export const failure = signal("");
/** As many as the learner wants at a time. */
export const size = signal<Size>(recall<Size>(always, "lesson size", 10, isSize));
export const isBeginning = signal(false);

effect(() => remember(always, "lesson size", size.value));

/** The list that the page's address names, if it does. */
export const list = (): string | undefined => new URLSearchParams(location.search).get("list") ?? undefined;

/** Go on with the lesson that a reload broke off; else ask what there is, and begin if the address says how many. */
export async function open(learner: string): Promise<void> {
  const kept = recall<Kept | null>(thisTab, "lesson", null, isKept);
  whose.value = of(learner); // from here on the lesson is kept
  if (kept?.of === whose.value) return resume(kept.lesson);
  turnSheet();
  const asked = new URLSearchParams(location.search).get("size");
  const wanted = asked === "all" ? asked : Number(asked);
  if (isSize(wanted)) size.value = wanted;
  await look();
  if (isSize(wanted)) await begin();
}

/** Ask what there is to practise. */
export async function look(): Promise<void> {
  failure.value = "";
  try {
    today.value = await api.today(list() ? MOST : Math.max(...SIZES), list());
    for (const { character } of today.value.results.slice(0, 2)) fetchReference(character);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    failure.value = said(error);
  }
}

function said(error: Refusal): string {
  if (error.status === 401) return words.signedOut;
  return error.status === 404 ? words.listIsGone : plainly(error);
}

/** Begin a lesson of the chosen size. */
export async function begin(): Promise<void> {
  if (!today.value || isBeginning.value) return;
  const wanted = size.value === "all" ? toPractise.value : Math.min(size.value, toPractise.value);
  let { results } = today.value;
  if (results.length < wanted) {
    isBeginning.value = true;
    failure.value = "";
    try {
      ({ results } = await api.today(wanted, list()));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failure.value = said(error);
      return;
    } finally {
      isBeginning.value = false;
    }
  }
  if (wanted) start(lessonOf(results.slice(0, wanted)));
}

function start(next: Lesson): void {
  batch(() => {
    lesson.value = next;
    lay();
  });
}

// ── On the way ──────────────────────────────────────────────────────────────

export const lesson = signal<Lesson | null>(null);
export const stage = computed(() => {
  if (!lesson.value) return "start";
  return isOver(lesson.value) ? "summary" : "turn";
});
export const turn = computed(() => lesson.value?.turns[lesson.value.at] ?? null);
/** What became of this turn's writing, in whatever state it is. */
export const result = computed(() => (shown.value && isOnPaper(shown.value) ? shown.value : null));

/** A new character is being looked at, before it is written from memory. */
const isMeeting = signal(false);
/** The learner asked to see how it is written. */
const isLooking = signal(false);
/** The reference lies on the paper. */
export const isReferenceShown = computed(() => isMeeting.value || isLooking.value);

export type Phase = "meeting" | "writing" | "sending" | "result";
export const phase = computed<Phase>(() => {
  if (isSending.value) return "sending";
  if (result.value) return "result";
  return isMeeting.value ? "meeting" : "writing";
});

/** The pen touches the paper. False where it may not write: a result is kept in sight until one goes on. */
export function takePen(): boolean {
  if (phase.value === "result") return false;
  putAway();
  return true;
}

/** Put the reference away and write from memory. A new character is taken into the practice with this. */
export function putAway(): void {
  if (isMeeting.value && turn.value) takeUp(turn.value.review).catch(() => {}); // tried again with the writing
  batch(() => {
    isMeeting.value = false;
    isLooking.value = false;
  });
}

/** Lay the reference on the paper, or put it away again. */
export function peek(): void {
  if (phase.value === "writing") isLooking.value = !isLooking.value;
}

/** Send the writing of this turn. */
export async function submit(): Promise<void> {
  const review = turn.value?.review;
  if (!review || !canScore.value) return;
  putAway();
  await sendPaper(review.character, [], submit, () => takeUp(review));
}

/** What the main button and Enter do. */
export function proceed(): void {
  if (phase.value === "meeting") putAway();
  else if (phase.value === "writing") submit();
  else if (phase.value === "result") goOn();
}

/** The next turn; without a writing this one is skipped, and its character stays due. */
export function goOn(): void {
  if (!lesson.value || isSending.value) return;
  const next = turns.goOn(lesson.value);
  batch(() => {
    turnSheet();
    lesson.value = next;
    lay();
  });
}

/** End the lesson here. What was written counts, what wasn't stays due. */
export function leave(): void {
  if (!lesson.value || isSending.value) return;
  const left = lesson.value.written.length ? turns.leave(lesson.value) : null;
  batch(() => {
    turnSheet();
    lesson.value = left;
  });
  if (!left && !today.value) look();
}

/** Write these once more, in a lesson of their own. */
export const repeat = (reviews: readonly Review[]): void => start(lessonOf(reviews, true));

/** Get a turn ready: a character that was never written is shown first. */
function lay(): void {
  const isFirst = turn.value?.review.reviewed_on === null && !turn.value.isRepeat;
  isLooking.value = false;
  isMeeting.value = isFirst && isBlank(ink.value);
}

function resume(kept: Lesson): void {
  const next = turns.resume(kept);
  batch(() => {
    lesson.value = next;
    if (next.at !== kept.at) turnSheet();
    lay();
  });
  if (next.written.some(({ legibility }) => legibility === null)) loadHistory();
}

const taken = new Map<string, Promise<unknown>>();

/** Take a new character into the practice, once. */
function takeUp({ character, is_new }: Review): Promise<unknown> {
  if (!is_new) return Promise.resolve();
  const taking = taken.get(character) ?? api.beginReview(character);
  taken.set(character, taking);
  taking.catch(() => taken.delete(character));
  return taking;
}

// ── How it goes ─────────────────────────────────────────────────────────────

/** The paper has become an attempt. */
effect(() => {
  const attempt = result.value;
  const on = lesson.peek();
  if (attempt && on) lesson.value = turns.write(on, attempt.id, attempt.ink ? thumbnail(attempt.ink) : "");
});

/** Attempts were read, at once or later. */
effect(() => {
  const known = attempts.value;
  for (const { attempt, legibility } of lesson.value?.written ?? []) {
    const { score, target } = known.find(({ id }) => id === attempt) ?? {};
    if (legibility !== null || !score || !target || !lesson.value) continue;
    lesson.value = turns.judge(lesson.value, attempt, score.legibility, score.band);
    learnWhen(attempt, target);
  }
});

/** In how many days the character comes again. Without a connection the sheet does without it. */
async function learnWhen(attempt: Attempt["id"], character: string): Promise<void> {
  try {
    const { reviewed_on, due_on } = await api.review(character);
    if (reviewed_on && due_on && lesson.value)
      lesson.value = turns.plan(lesson.value, attempt, daysBetween(reviewed_on, due_on));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY);

/** The sheet at the end says what is left for today. */
effect(() => {
  if (stage.value !== "summary") return;
  today.value = null;
  look();
});

// ── References ──────────────────────────────────────────────────────────────

/** How characters are written, of those that are here already. */
export const references = signal<Readonly<Record<string, Reference>>>({});

async function fetchReference(character: string): Promise<void> {
  if (references.value[character]) return;
  try {
    const reference = await api.reference(character);
    references.value = { ...references.value, [character]: reference };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; // until the next turn the typed character stands for it
  }
}

/** Nobody waits for a picture: the next turn's is fetched during this one. */
effect(() => {
  const on = lesson.value;
  if (!on || isOver(on)) return;
  untracked(() => {
    for (const { review } of on.turns.slice(on.at, on.at + 2)) fetchReference(review.character);
  });
});

// ── After a reload ──────────────────────────────────────────────────────────

interface Kept {
  of: string;
  lesson: Lesson;
}

const isKept = (value: unknown): value is Kept =>
  typeof value === "object" && value !== null && Array.isArray((value as Kept).lesson?.turns);

/** A lesson is one learner's, of one day, and of what the page's address asks for. */
const of = (learner: string): string => [learner, new Date().toDateString(), location.search].join(" ");
const whose = signal("");

effect(() => {
  const isOn = lesson.value && !isOver(lesson.value);
  if (whose.value) remember(thisTab, "lesson", isOn ? { of: whose.value, lesson: lesson.value } : null);
});

/** The current lesson, and the functions that lead through it. The paper is that of state/paper.ts. */

import { batch, computed, effect, signal, untracked } from "@preact/signals";
import * as api from "../api";
import { type Attempt, Refusal, type Review, type Today } from "../api";
import { type Guidance, givesHints, guidance, showsReference } from "../guidance/choice";
import { isBlank } from "../ink/ink";
import { thumbnail } from "../ink/thumbnail";
import { findAttempt, loadHistory, shown } from "../state/attempts";
import { forgetLook, hasSeen, recordLook } from "../state/looks";
import { canScore, discardSheet, ink, isOnPaper, isSending } from "../state/paper";
import { loadReference } from "../state/references";
import { sendPaper } from "../state/sending";
import { persistent, recall, remember, thisTab } from "../storage";
import { explain } from "../words";
import { GUEST } from "../writer";
import * as turns from "./turns";
import { isOver, type Lesson, lessonOf } from "./turns";
import { words } from "./words";

/** Number of characters in a lesson; "all" means those that are due and today's new ones. */
export type Size = number | "all";
export const SIZES = [5, 10, 20] as const;
/** The most reviews that one answer of the API holds. */
const MAX_REVIEWS = 100;
const DAY = 24 * 60 * 60 * 1000;

const isSize = (value: unknown): value is Size =>
  value === "all" || (Number.isInteger(value) && (value as number) > 0);

// ── Before the lesson ───────────────────────────────────────────────────────

/** The practice that the page brings along, instead of the API's: a guest's, or characters that its address names. */
const given = document.getElementById("practice")?.textContent;
/** Nobody is signed in: nothing comes up for review. */
let isGuest = false;

/** The characters to practise; null until they are loaded. */
export const today = signal<Today | null>(null);
/** How many characters there are to practise; of a list all, due or not. */
export const available = computed(() => {
  if (!today.value) return 0;
  const { due, new: fresh, results } = today.value;
  return isChosen() ? results.length : Math.min(MAX_REVIEWS, due + fresh);
});
/** Why the characters to practise couldn't be loaded; "" if there is no failure. */
export const failure = signal("");
/** The size that the learner chose. */
export const size = signal<Size>(recall<Size>(persistent, "lesson size", 10, isSize));
/** More reviews are being loaded for a lesson that was started. */
export const isStarting = signal(false);

effect(() => remember(persistent, "lesson size", size.value));

/** The id of the list that the page's address names, if any. */
export const listId = (): string | undefined => parameter("list");
const parameter = (name: string): string | undefined =>
  new URLSearchParams(location.search).get(name) ?? undefined;

/** The practice consists of chosen characters instead of those that are due. */
export const isChosen = (): boolean => Boolean(listId() || given);

export function chooseSize(chosen: Size): void {
  size.value = chosen;
}

/** Resume the lesson that a reload interrupted, or load today's practice and start if the address names a size. */
export async function open(learner: string, day: string): Promise<void> {
  const stored = recall<StoredLesson | null>(thisTab, "lesson", null, isStoredLesson);
  isGuest = learner === GUEST;
  owner.value = ownerOf(learner, day); // from here on the lesson is stored
  if (stored?.of === owner.value) return resume(stored.lesson);
  discardSheet();
  const named = new URLSearchParams(location.search).get("size");
  const wanted = named === "all" ? named : Number(named);
  if (isSize(wanted)) chooseSize(wanted);
  await loadToday();
  if (isSize(wanted)) await start();
}

/** Load the characters to practise. */
export async function loadToday(): Promise<void> {
  failure.value = "";
  try {
    today.value = given
      ? (JSON.parse(given) as Today)
      : await practiceOfToday(listId() ? MAX_REVIEWS : Math.max(...SIZES));
    for (const { character } of today.value.results.slice(0, 2)) loadReference(character);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    failure.value = explainFailure(error);
  }
}

const practiceOfToday = (limit: number): Promise<Today> =>
  api.todaysPractice(limit, { list: listId(), more: parameter("more") });

function explainFailure(error: Refusal): string {
  if (error.status === 401) return words.signedOut;
  return error.status === 404 ? words.listIsGone : explain(error);
}

/** Start a lesson of the chosen size. */
export async function start(): Promise<void> {
  if (!today.value || isStarting.value) return;
  const wanted = size.value === "all" ? available.value : Math.min(size.value, available.value);
  let { results } = today.value;
  if (results.length < wanted) {
    isStarting.value = true;
    failure.value = "";
    try {
      ({ results } = await practiceOfToday(wanted));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failure.value = explainFailure(error);
      return;
    } finally {
      isStarting.value = false;
    }
  }
  if (wanted) startWith(lessonOf(results.slice(0, wanted)));
}

function startWith(next: Lesson): void {
  batch(() => {
    lesson.value = next;
    beginTurn();
  });
}

// ── During the lesson ───────────────────────────────────────────────────────

export const lesson = signal<Lesson | null>(null);
export const stage = computed(() => {
  if (!lesson.value) return "start";
  return isOver(lesson.value) ? "summary" : "turn";
});
export const turn = computed(() => lesson.value?.turns[lesson.value.index] ?? null);
/** The attempt of this turn, queued, failed or scored; null until it is sent. */
export const result = computed(() => (shown.value && isOnPaper(shown.value) ? shown.value : null));

/** The learner is shown a new character, before writing it from memory. */
const isMeeting = signal(false);
/** True if the learner asked to see the reference. */
const isLooking = signal(false);
/** The learner touched the paper while meeting a new character: its reference stays under the ink. */
const isTracing = signal(false);
/** True if the learner hid the reference, and so writes this turn without it under any guidance. */
const isFromMemory = signal(false);
/** The reference covers the paper, until the pen touches it. */
export const isCovered = computed(() => isMeeting.value || isLooking.value);
/** How this turn is guided. */
export const turnGuidance = computed<Guidance>(() => {
  const chosen = guidance.value;
  if (isFromMemory.value) return givesHints(chosen) ? "hints" : "memory";
  return isTracing.value && !showsReference(chosen) ? "trace" : chosen;
});
/** The reference lies on the paper. */
export const isReferenceShown = computed(
  () => isCovered.value || (turn.value !== null && showsReference(turnGuidance.value)),
);

export type Phase = "meeting" | "writing" | "sending" | "result";
export const phase = computed<Phase>(() => {
  if (isSending.value) return "sending";
  if (result.value) return "result";
  return isMeeting.value ? "meeting" : "writing";
});

/**
 * The pen touches the paper. A new character's reference stays, to be traced; one that the learner asked for is hidden.
 * Returns false if the pen may not write, which is so beside a result.
 */
export function mayWrite(): boolean {
  if (phase.value === "result") return false;
  if (isMeeting.value) {
    batch(() => {
      isTracing.value = true;
      endMeeting();
    });
  }
  isLooking.value = false;
  return true;
}

/** Hide the reference, to write from memory. This adds a new character to the learner's practice. */
export function hideReference(): void {
  batch(() => {
    isFromMemory.value = isReferenceShown.value;
    isLooking.value = false;
    endMeeting();
  });
}

function endMeeting(): void {
  if (isMeeting.value && turn.value) addToPractice(turn.value.review).catch(() => {}); // retried before the attempt is sent
  isMeeting.value = false;
}

/** Show the reference on the paper, or hide it. */
export function toggleReference(): void {
  if (phase.value !== "writing") return;
  if (isReferenceShown.value) hideReference();
  else isLooking.value = true;
}

/** The turn's attempt is one with the reference in view. Meeting a new character isn't part of the attempt. */
effect(() => {
  if (turn.value && phase.value === "writing" && isReferenceShown.value)
    recordLook(turn.value.review.character);
});

/** Another choice of guidance holds for this turn too. */
effect(() => {
  guidance.value;
  isFromMemory.value = false;
  isTracing.value = false;
});

/** Send this turn's attempt. */
export async function submit(): Promise<void> {
  const review = turn.value?.review;
  if (!review || !canScore.value) return;
  isLooking.value = false;
  await sendPaper(review.character, [], submit, () => addToPractice(review));
}

/** The action of the main button and of Enter. */
export function proceed(): void {
  if (phase.value === "meeting") hideReference();
  else if (phase.value === "writing") submit();
  else if (phase.value === "result") nextTurn();
}

/** Go to the next turn. A turn without an attempt is skipped, and its character stays due. */
export function nextTurn(): void {
  if (!lesson.value || isSending.value) return;
  const next = turns.nextTurn(lesson.value);
  batch(() => {
    discardSheet();
    lesson.value = next;
    beginTurn();
  });
}

/** End the lesson. Attempts count; the other characters stay due. */
export function endLesson(): void {
  if (!lesson.value || isSending.value) return;
  const ended = lesson.value.attempts.length ? turns.end(lesson.value) : null;
  batch(() => {
    discardSheet();
    lesson.value = ended;
  });
  if (!ended && !today.value) loadToday();
}

/** Start another lesson with these characters. */
export const repeat = (reviews: readonly Review[]): void => startWith(lessonOf(reviews, true));

/** Begin a turn, in which the learner hasn't seen the reference yet. */
function beginTurn(): void {
  if (turn.value) forgetLook(turn.value.review.character);
  prepareTurn();
}

/** Show the reference first if the character was never written. After a reload, tracing it goes on. */
function prepareTurn(): void {
  const isNew = turn.value?.review.reviewed_on === null && !turn.value.isRepeat;
  const isBegun = !isBlank(ink.value);
  isLooking.value = false;
  isFromMemory.value = false;
  isMeeting.value = isNew && !isBegun;
  isTracing.value = isNew && isBegun && hasSeen(turn.value?.review.character ?? "");
}

function resume(stored: Lesson): void {
  const next = turns.resume(stored);
  batch(() => {
    lesson.value = next;
    if (next.index !== stored.index) discardSheet();
    prepareTurn();
  });
  if (next.attempts.some(({ legibility }) => legibility === null)) loadHistory();
}

const additions = new Map<string, Promise<unknown>>();

/** Add a new character to the learner's practice, once. */
function addToPractice({ character, is_new }: Review): Promise<unknown> {
  if (!is_new) return Promise.resolve();
  const addition = additions.get(character) ?? api.addReview(character);
  additions.set(character, addition);
  addition.catch(() => additions.delete(character));
  return addition;
}

// ── Results ─────────────────────────────────────────────────────────────────

/** Add the attempt that the paper has become to the lesson. */
effect(() => {
  const attempt = result.value;
  const current = lesson.peek();
  if (attempt && current)
    lesson.value = turns.addAttempt(current, attempt.id, attempt.ink ? thumbnail(attempt.ink) : "");
});

/** Take over the scores of attempts, which may come much later. */
effect(() => {
  for (const { attempt, legibility } of lesson.value?.attempts ?? []) {
    const { score, target } = findAttempt(attempt) ?? {};
    if (legibility !== null || !score || !target || !lesson.value) continue;
    lesson.value = turns.setScore(lesson.value, attempt, score.legibility, score.band);
    loadDue(attempt, target);
  }
});

/** Load in how many days the character is due again. Without a connection the summary leaves it out. */
async function loadDue(attempt: Attempt["id"], character: string): Promise<void> {
  if (isGuest) return;
  try {
    const { reviewed_on, due_on } = await api.readReview(character);
    if (reviewed_on && due_on && lesson.value)
      lesson.value = turns.setDue(lesson.value, attempt, daysBetween(reviewed_on, due_on));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY);

/** The summary shows what is still to practise today. */
effect(() => {
  if (stage.value !== "summary") return;
  untracked(() => {
    today.value = null;
    loadToday();
  });
});

// ── References ──────────────────────────────────────────────────────────────

/** Fetch the next turn's reference during this turn, so that nobody waits for it. */
effect(() => {
  const current = lesson.value;
  if (!current || isOver(current)) return;
  untracked(() => {
    for (const { review } of current.turns.slice(current.index, current.index + 2))
      loadReference(review.character);
  });
});

// ── Storage ─────────────────────────────────────────────────────────────────

interface StoredLesson {
  of: string;
  lesson: Lesson;
}

const isStoredLesson = (value: unknown): value is StoredLesson =>
  typeof value === "object" &&
  value !== null &&
  Array.isArray((value as StoredLesson).lesson?.turns) &&
  Array.isArray((value as StoredLesson).lesson.attempts);

/** Only the same learner resumes a lesson, on the same day of theirs and at the same address. */
const ownerOf = (learner: string, day: string): string => [learner, day, location.search].join(" ");
const owner = signal("");

effect(() => {
  const isRunning = lesson.value && !isOver(lesson.value);
  if (owner.value) remember(thisTab, "lesson", isRunning ? { of: owner.value, lesson: lesson.value } : null);
});

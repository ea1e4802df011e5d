/** Pointer events to points. Nobody else listens to the writing area. */

import type { Tip } from "./ink";

export interface PenListener {
  /** The pen touched the paper; `area` is the paper's size in CSS px. */
  down(tip: Tip, area: { width: number; height: number }): void;
  /** `ahead` is where the browser believes the pen will be in the next frame: to be drawn, never kept. */
  move(tips: readonly Tip[], ahead: readonly Tip[]): void;
  up(): void;
  /** What came since `down` was no writing: a palm. */
  cancel(): void;
}

/** A touch this soon after a pen was seen is the hand that holds it. ms */
const PALM = 10_000;

/** Listen until the returned function is called. One pointer writes at a time; the first one down. */
export function listenToPen(area: HTMLElement, listener: PenListener): () => void {
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    handle: (event: HTMLElementEventMap[K]) => void,
  ) => area.addEventListener(type, handle, { signal: stop.signal, passive: false });

  let writing: { id: number; type: string } | null = null;
  let penSeenAt = Number.NEGATIVE_INFINITY;

  on("pointerdown", (event) => {
    if (event.pointerType === "pen") penSeenAt = event.timeStamp;
    if (event.button !== 0 || isPalm(event, penSeenAt)) return;
    if (writing) {
      if (event.pointerType !== "pen" || writing.type !== "touch") return;
      listener.cancel(); // the palm came down before the pen
    }
    event.preventDefault(); // else each move is told once more, as a mouse's
    writing = { id: event.pointerId, type: event.pointerType };
    area.setPointerCapture(event.pointerId);
    const box = area.getBoundingClientRect();
    listener.down(tipOf(event, box), box);
  });

  on("pointermove", (event) => {
    if (event.pointerType === "pen") penSeenAt = event.timeStamp;
    if (event.pointerId !== writing?.id) return;
    // Measured anew each time: the paper may move under the pen when the phone turns or the page zooms.
    const box = area.getBoundingClientRect();
    const tip = (one: PointerEvent) => tipOf(one, box);
    listener.move(thinned(everyEvent(event)).map(tip), (event.getPredictedEvents?.() ?? []).map(tip));
  });

  on("pointerup", (event) => {
    if (event.pointerId !== writing?.id) return;
    writing = null;
    listener.up();
  });

  on("pointercancel", (event) => {
    if (event.pointerId !== writing?.id) return;
    const { type } = writing;
    writing = null;
    // The system cancels a touch that it takes for a palm or a gesture; a pen or mouse has only lost its way.
    if (type === "touch") listener.cancel();
    else listener.up();
  });

  // Keeps the browser from magnifying, selecting, dragging or opening a menu under the pen.
  for (const type of ["touchstart", "contextmenu", "selectstart", "dragstart"] as const)
    on(type, (event) => event.preventDefault());

  return () => stop.abort();
}

/** The events that the browser merged into this one; itself where it can't tell (Safari before 18, a stray empty list). */
export function everyEvent(event: PointerEvent): PointerEvent[] {
  const merged = event.getCoalescedEvents?.() ?? [];
  return merged.length > 0 ? merged : [event];
}

/** More events than this in one frame are a device that can't keep up: fewer points, not a late line. */
const MOST = 16;

/** At most `MOST` of them, evenly spread, and always the last one. */
export function thinned<T>(events: readonly T[]): readonly T[] {
  const step = Math.ceil(events.length / MOST);
  return events.filter((_, i) => (events.length - 1 - i) % step === 0);
}

const isPalm = (event: PointerEvent, penSeenAt: number): boolean =>
  event.pointerType === "touch" && (!event.isPrimary || event.timeStamp - penSeenAt < PALM);

/** Wall-clock time, so that a drawing which outlives a reload goes on counting. */
const tipOf = (event: PointerEvent, box: DOMRect): Tip => ({
  x: (event.clientX - box.left) / box.width,
  y: (event.clientY - box.top) / box.height,
  at: performance.timeOrigin + event.timeStamp,
});

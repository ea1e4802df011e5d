/** Turns pointer events on a writing area into positions of the pen. */

import type { Tip } from "./ink";

export interface PenListener {
  /** The pen touches the paper; `area` is the paper's size, CSS px. */
  down(tip: Tip, area: { width: number; height: number }): void;
  /** `predicted` is where the browser expects the pen in the next frame: to be drawn, not kept. */
  move(tips: readonly Tip[], predicted: readonly Tip[]): void;
  up(): void;
  /** The touch since `down` was a palm or a gesture, not a stroke. */
  cancel(): void;
}

/** ms. A touch this soon after a pen is the hand that holds it. */
const PALM_TIME = 10_000;

/** Listen until the returned function is called. One pointer writes at a time: the first one down. */
export function listenToPen(area: HTMLElement, listener: PenListener): () => void {
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    handle: (event: HTMLElementEventMap[K]) => void,
  ) => area.addEventListener(type, handle, { signal: stop.signal, passive: false });

  let pointer: { id: number; type: string } | null = null;
  let penSeenAt = Number.NEGATIVE_INFINITY;

  on("pointerdown", (event) => {
    if (event.pointerType === "pen") penSeenAt = event.timeStamp;
    if (event.button !== 0 || isPalm(event, penSeenAt)) return;
    if (pointer) {
      if (event.pointerType !== "pen" || pointer.type !== "touch") return;
      listener.cancel(); // the palm came down before the pen
    }
    event.preventDefault(); // otherwise a mouse event follows each move
    pointer = { id: event.pointerId, type: event.pointerType };
    area.setPointerCapture(event.pointerId);
    const box = area.getBoundingClientRect();
    listener.down(tipOf(event, box), box);
  });

  on("pointermove", (event) => {
    if (event.pointerType === "pen") penSeenAt = event.timeStamp;
    if (event.pointerId !== pointer?.id) return;
    // Measured at each move: the paper moves under the pen when the phone turns or the page zooms.
    const box = area.getBoundingClientRect();
    const tip = (one: PointerEvent) => tipOf(one, box);
    listener.move(thinned(coalesced(event)).map(tip), (event.getPredictedEvents?.() ?? []).map(tip));
  });

  on("pointerup", (event) => {
    if (event.pointerId !== pointer?.id) return;
    pointer = null;
    listener.up();
  });

  on("pointercancel", (event) => {
    if (event.pointerId !== pointer?.id) return;
    const { type } = pointer;
    pointer = null;
    // The system cancels a touch that it recognises as a palm or gesture. For a pen or mouse, the stroke just ends.
    if (type === "touch") listener.cancel();
    else listener.up();
  });

  // No magnifier, selection, drag or menu under the pen.
  for (const type of ["touchstart", "contextmenu", "selectstart", "dragstart"] as const)
    on(type, (event) => event.preventDefault());

  return () => stop.abort();
}

/** The events that the browser coalesced into this one, or this one if it can't say (Safari before 18). */
export function coalesced(event: PointerEvent): PointerEvent[] {
  const events = event.getCoalescedEvents?.() ?? [];
  return events.length > 0 ? events : [event];
}

/** With more events per frame the device can't keep up: better fewer points than a late line. */
const MAX_EVENTS = 16;

/** At most `MAX_EVENTS` of them, evenly spaced, always with the last one. */
export function thinned<T>(events: readonly T[]): readonly T[] {
  const step = Math.ceil(events.length / MAX_EVENTS);
  return events.filter((_, i) => (events.length - 1 - i) % step === 0);
}

const isPalm = (event: PointerEvent, penSeenAt: number): boolean =>
  event.pointerType === "touch" && (!event.isPrimary || event.timeStamp - penSeenAt < PALM_TIME);

/** In wall-clock time, so that ink can be continued after a reload. */
const tipOf = (event: PointerEvent, box: DOMRect): Tip => ({
  x: (event.clientX - box.left) / box.width,
  y: (event.clientY - box.top) / box.height,
  at: performance.timeOrigin + event.timeStamp,
});

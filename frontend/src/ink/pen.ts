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
  /** The pen's eraser end is pressed on the paper, and has moved along `path`. */
  erase(path: readonly Tip[]): unknown;
  /** A finger drew a line that was ignored as the palm of the hand that holds the pen. The next one counts. */
  ignored?(): void;
}

/** ms. A touch this soon after the pen has written is the hand that holds it. */
const PALM_TIME = 10_000;
/** ms. So is a touch while the pen hovers over the paper, which it reports when it moves. */
const HOVER_TIME = 500;
/** An ignored touch that moved this fraction of the paper's width was meant to be a stroke, if the pen stayed away. */
const MEANT = 0.15;
/** `button` of the pen's eraser end. */
const ERASER = 5;

interface Pointer {
  id: number;
  type: string;
  /** The eraser's last position; null for what writes. */
  erasedTo: Tip | null;
}

/** Listen until the returned function is called. One pointer writes at a time: the first one down. */
export function listenToPen(area: HTMLElement, listener: PenListener): () => void {
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    handle: (event: HTMLElementEventMap[K]) => void,
  ) => area.addEventListener(type, handle, { signal: stop.signal, passive: false });

  let pointer: Pointer | null = null;
  /** Until when a touch counts as a palm, in the time of events. */
  let palmUntil = 0;
  /** The `pointerdown` of a touch that was ignored as a palm, until the pen is seen. */
  let palm: PointerEvent | null = null;

  function seePen({ pointerType, buttons, timeStamp }: PointerEvent): void {
    if (pointerType !== "pen") return;
    palmUntil = Math.max(palmUntil, timeStamp + (buttons ? PALM_TIME : HOVER_TIME));
    palm = null;
  }

  /** The stroke ends, by `pointerup` or without one. */
  function end(): void {
    if (pointer && !pointer.erasedTo) listener.up();
    pointer = null;
  }

  /** Whether the pointer that was down has gone without a `pointerup`, as the new one shows. */
  const isGone = ({ id, type }: Pointer, event: PointerEvent): boolean =>
    id === event.pointerId ||
    (type === event.pointerType && event.isPrimary) || // a device has one primary pointer
    !area.hasPointerCapture(id);

  on("pointerdown", (event) => {
    seePen(event);
    const isEraser = event.button === ERASER;
    if (event.button !== 0 && !isEraser) return;
    if (event.pointerType === "touch" && !event.isPrimary) return;
    if (event.pointerType === "touch" && event.timeStamp < palmUntil) {
      palm = event;
      return;
    }
    if (pointer && isGone(pointer, event)) end();
    if (pointer) {
      if (event.pointerType !== "pen" || pointer.type !== "touch") return;
      listener.cancel(); // the palm came down before the pen
    }
    event.preventDefault(); // otherwise a mouse event follows each move
    const box = area.getBoundingClientRect();
    const tip = tipOf(event, box);
    pointer = { id: event.pointerId, type: event.pointerType, erasedTo: isEraser ? tip : null };
    area.setPointerCapture(event.pointerId);
    if (isEraser) listener.erase([tip]);
    else listener.down(tip, box);
  });

  on("pointermove", (event) => {
    seePen(event);
    if (event.pointerId !== pointer?.id) return;
    if (!isPressed(event)) return end(); // its pointerup was lost: over a frame, a dialog or another screen
    // Measured at each move: the paper moves under the pen when the phone turns or the page zooms.
    const box = area.getBoundingClientRect();
    const tip = (one: PointerEvent) => tipOf(one, box);
    const tips = thinned(coalesced(event)).map(tip);
    if (pointer.erasedTo) {
      listener.erase([pointer.erasedTo, ...tips]);
      pointer.erasedTo = tips.at(-1) as Tip;
    } else listener.move(tips, (event.getPredictedEvents?.() ?? []).map(tip));
  });

  on("pointerup", (event) => {
    seePen(event);
    if (event.pointerId === pointer?.id) end();
    if (event.pointerId !== palm?.pointerId) return;
    const moved = Math.hypot(event.clientX - palm.clientX, event.clientY - palm.clientY);
    palm = null;
    if (moved < MEANT * area.getBoundingClientRect().width) return;
    palmUntil = 0;
    listener.ignored?.();
  });

  on("pointercancel", (event) => {
    if (event.pointerId !== pointer?.id) return;
    // The system cancels a touch that it recognises as a palm or gesture. For a pen or mouse, the stroke just ends.
    if (pointer.type === "touch") {
      pointer = null;
      listener.cancel();
    } else end();
  });

  on("lostpointercapture", (event) => {
    if (event.pointerId === pointer?.id) end();
  });

  // No magnifier, selection, drag or menu under the pen.
  for (const type of ["touchstart", "contextmenu", "selectstart", "dragstart"] as const)
    on(type, (event) => event.preventDefault());

  return () => stop.abort();
}

/** Whether what draws still touches the paper. A touch that moves always does, whatever its `buttons` are. */
const isPressed = ({ pointerType, buttons }: PointerEvent): boolean =>
  pointerType === "touch" || (pointerType === "pen" ? buttons !== 0 : (buttons & 1) === 1);

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

/** In wall-clock time, so that ink can be continued after a reload. */
const tipOf = (event: PointerEvent, box: DOMRect): Tip => ({
  x: (event.clientX - box.left) / box.width,
  y: (event.clientY - box.top) / box.height,
  at: performance.timeOrigin + event.timeStamp,
});

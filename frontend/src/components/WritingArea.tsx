import { effect, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { InkRenderer, keepSharp } from "../ink/draw";
import type { Tip } from "../ink/ink";
import { listenToPen } from "../ink/pen";
import {
  beginStroke,
  cancelStroke,
  endStroke,
  eraseStrokes,
  extendStroke,
  guides,
  ink,
  isSending,
  isSent,
  paperIsFull,
  strokeCount,
  thickness,
} from "../state/paper";
import { words } from "../words";

/** ms. A pen that hasn't moved for this long is at rest, and its predicted positions are dropped. */
const REST = 50;

/** The finger's last line was ignored as the palm of the hand that holds the pen. */
const isFingerIgnored = signal(false);

type Painter = Pick<InkRenderer, "paint" | "invalidate">;
/** The class that draws the ink. Its listeners end when `stopped` is aborted. */
const Renderer = signal<new (canvas: HTMLCanvasElement, stopped: AbortSignal) => Painter>(InkRenderer);

let isLively = false;

/** Draw strokes whose width follows their speed, or stop that. Without a connection they stay plain. */
export async function setLively(isOn: boolean): Promise<void> {
  isLively = isOn;
  const loaded = isOn && (await import("../ink/lively").catch(() => null));
  // It may have been changed again while the code was loaded.
  if (isLively === isOn) Renderer.value = loaded ? loaded.LivelyRenderer : InkRenderer;
}

/** The canvas shows `ink`; nothing is read back from it. `mayWrite` is called each time the pen touches the paper. */
export function WritingArea({
  mayWrite = () => true,
  children,
}: {
  mayWrite?: () => boolean;
  children?: ComponentChildren;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current ? connect(canvas.current, mayWrite) : undefined), []);
  return (
    <div class="paper" data-sending={isSending.value || undefined} data-guides={guides.value}>
      <canvas ref={canvas} role="img" aria-label={words.writingArea(strokeCount.value)} />
      {children}
      {paperIsFull.value && !isSent.value && <p class="paper-note">{words.paperIsFull}</p>}
      {isFingerIgnored.value && (
        <p class="paper-note" role="status">
          {words.fingerIgnored}
        </p>
      )}
    </div>
  );
}

/** Turn pen events into ink, and draw the ink. The returned function disconnects the canvas. */
function connect(canvas: HTMLCanvasElement, mayWrite: () => boolean): () => void {
  let renderer: Painter;
  let predicted: readonly Tip[] = [];
  let movedAt = 0;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;

  function paint() {
    frame = 0;
    renderer.paint(ink.peek(), thickness.peek(), predicted);
  }
  /** Paint once per frame. What an event changes is still painted in the event's own frame. */
  function schedulePaint() {
    frame ||= requestAnimationFrame(paint);
  }
  function dropPrediction() {
    if (predicted.length === 0) return;
    predicted = [];
    schedulePaint();
  }
  /** One timer serves many moves: setting a timer was the most expensive part of a move. */
  function dropPredictionAtRest() {
    const left = movedAt + REST - performance.now();
    restTimer = left > 0 ? setTimeout(dropPredictionAtRest, left) : undefined;
    if (!restTimer) dropPrediction();
  }

  const stopListening = listenToPen(canvas, {
    down(tip, area) {
      leaveTextField(); // so that Enter scores
      isFingerIgnored.value = false;
      if (mayWrite()) beginStroke(tip, area);
    },
    move(tips, next) {
      predicted = next;
      movedAt = performance.now();
      restTimer ??= setTimeout(dropPredictionAtRest, REST);
      extendStroke(tips);
    },
    up() {
      dropPrediction();
      endStroke();
    },
    cancel() {
      dropPrediction();
      cancelStroke();
    },
    erase(path) {
      if (mayWrite()) eraseStrokes(path);
    },
    ignored() {
      isFingerIgnored.value = true;
    },
  });
  const stopResizing = keepSharp(canvas, () => {
    renderer.invalidate();
    paint();
  });
  const stopRenderer = effect(() => {
    const stop = new AbortController();
    renderer = new Renderer.value(canvas, stop.signal);
    schedulePaint();
    return () => stop.abort();
  });
  // Not useSignalEffect, which waits for a frame: the ink would be painted a frame late.
  const stopPainting = effect(() => {
    ink.value;
    thickness.value;
    schedulePaint();
  });
  return () => {
    clearTimeout(restTimer);
    cancelAnimationFrame(frame);
    stopListening();
    stopResizing();
    stopPainting();
    stopRenderer();
  };
}

function leaveTextField(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

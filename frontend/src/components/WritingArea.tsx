import { effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { keepSharp, Painter } from "../ink/draw";
import type { Tip } from "../ink/ink";
import { listenToPen } from "../ink/pen";
import {
  beginStroke,
  cancelStroke,
  endStroke,
  extendStroke,
  guides,
  ink,
  isSending,
  isSent,
  sheetIsFull,
  strokeCount,
  thickness,
} from "../state/state";
import { words } from "../words";

/** A pen that hasn't moved for so long rests, and isn't ahead of its line. ms */
const REST = 50;

/** The canvas is a picture of `ink`; nothing is read back from it. `mayWrite` is asked at each touch of the pen. */
export function WritingArea({
  mayWrite = () => true,
  children,
}: {
  mayWrite?: () => boolean;
  children?: ComponentChildren;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const paper = canvas.current;
    if (!paper) return;
    const painter = new Painter(paper);
    let ahead: readonly Tip[] = [];
    let movedAt = 0;
    let rest: ReturnType<typeof setTimeout> | undefined;
    let frame = 0;
    function paint() {
      frame = 0;
      painter.paint(ink.peek(), thickness.peek(), ahead);
    }
    /** Once a frame, whatever comes in it: what an event asks for is still painted in the event's own frame. */
    function paintSoon() {
      frame ||= requestAnimationFrame(paint);
    }
    function arrive() {
      if (ahead.length === 0) return;
      ahead = [];
      paintSoon();
    }
    /** One timer for many moves: to set it anew for each was the dearest part of a move. */
    function arriveAtRest() {
      const left = movedAt + REST - performance.now();
      rest = left > 0 ? setTimeout(arriveAtRest, left) : undefined;
      if (!rest) arrive();
    }
    const stopListening = listenToPen(paper, {
      down(tip, area) {
        leaveTextField(); // so that Enter scores
        if (mayWrite()) beginStroke(tip, area);
      },
      move(tips, next) {
        ahead = next;
        movedAt = performance.now();
        rest ??= setTimeout(arriveAtRest, REST);
        extendStroke(tips);
      },
      up() {
        arrive();
        endStroke();
      },
      cancel() {
        arrive();
        cancelStroke();
      },
    });
    const stopFitting = keepSharp(paper, () => {
      painter.forget();
      paint();
    });
    // No useSignalEffect: it waits for a frame itself, and the ink would be painted in the one after.
    const stopPainting = effect(() => {
      ink.value;
      thickness.value;
      paintSoon();
    });
    return () => {
      clearTimeout(rest);
      cancelAnimationFrame(frame);
      stopListening();
      stopFitting();
      stopPainting();
    };
  }, []);

  return (
    <div class="paper" data-sending={isSending.value || undefined} data-guides={guides.value}>
      <canvas ref={canvas} role="img" aria-label={words.writingArea(strokeCount.value)} />
      {children}
      {sheetIsFull.value && !isSent.value && <p class="paper-note">{words.sheetIsFull}</p>}
    </div>
  );
}

function leaveTextField(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

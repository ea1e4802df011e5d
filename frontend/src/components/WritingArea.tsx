import { computed, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { keepSharp, Painter } from "../draw";
import type { Tip } from "../ink";
import { listenToPen } from "../pen";
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
} from "../state";
import { words } from "../words";

/** A pen that hasn't moved for so long rests, and isn't ahead of its line. ms */
const REST = 50;

/** By itself, so that a stroke more changes this text and draws nothing else anew. */
const label = computed(() => words.writingArea(strokeCount.value));

/** The canvas is a picture of `ink`; nothing is read back from it. `mayWrite` is asked at each touch of the pen. */
export function WritingArea({
  mayWrite = () => true,
  children,
}: {
  mayWrite?: () => boolean;
  children?: ComponentChildren;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<Painter>(null);
  const ahead = useRef<readonly Tip[]>([]);
  const frame = useRef(0);

  useEffect(() => {
    const paper = canvas.current;
    if (!paper) return;
    const painting = new Painter(paper);
    painter.current = painting;
    let rest: ReturnType<typeof setTimeout> | undefined;
    function arrive() {
      clearTimeout(rest);
      if (ahead.current.length === 0) return;
      ahead.current = [];
      painting.paint(ink.peek(), thickness.peek());
    }
    const stopListening = listenToPen(paper, {
      down(tip, area) {
        leaveTextField(); // so that Enter scores
        if (mayWrite()) beginStroke(tip, area);
      },
      move(tips, next) {
        clearTimeout(rest);
        ahead.current = next;
        extendStroke(tips);
        rest = setTimeout(arrive, REST);
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
      painting.forget();
      painting.paint(ink.peek(), thickness.peek());
    });
    return () => {
      clearTimeout(rest);
      stopListening();
      stopFitting();
    };
  }, []);

  // Once a frame, whatever came in it: what an event asks for is still painted in the event's own frame.
  useSignalEffect(() => {
    ink.value;
    thickness.value;
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() =>
      painter.current?.paint(ink.peek(), thickness.peek(), ahead.current),
    );
  });

  return (
    <div class="paper" data-sending={isSending.value || undefined} data-guides={guides.value}>
      <canvas ref={canvas} role="img" aria-label={label} />
      {children}
      {sheetIsFull.value && !isSent.value && <p class="paper-note">{words.sheetIsFull}</p>}
    </div>
  );
}

function leaveTextField(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

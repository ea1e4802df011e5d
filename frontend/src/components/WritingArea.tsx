import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { drawInk, keepSharp } from "../draw";
import { isFull } from "../ink";
import { listenToPen } from "../pen";
import {
  beginStroke,
  cancelStroke,
  endStroke,
  extendStroke,
  ink,
  isSending,
  isSent,
  thickness,
} from "../state";
import { words } from "../words";

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
    const stopListening = listenToPen(paper, {
      down(tip, area) {
        leaveTextField(); // so that Enter scores
        if (mayWrite()) beginStroke(tip, area);
      },
      move: extendStroke,
      up: endStroke,
      cancel: cancelStroke,
    });
    const stopFitting = keepSharp(paper, () => drawInk(paper, ink.peek(), thickness.peek()));
    return () => {
      stopListening();
      stopFitting();
    };
  }, []);

  useSignalEffect(() => {
    const drawing = ink.value;
    const width = thickness.value;
    if (canvas.current) drawInk(canvas.current, drawing, width);
  });

  return (
    <div class="paper" data-sending={isSending.value || undefined}>
      <canvas ref={canvas} role="img" aria-label={words.writingArea(ink.value.strokes.length)} />
      {children}
      {isFull(ink.value) && !isSent.value && <p class="paper-note">{words.sheetIsFull}</p>}
    </div>
  );
}

function leaveTextField(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** Follows the strokes on the paper along a reference, and counts misses, after which the next stroke is shown. */

import { batch, computed, effect, signal } from "@preact/signals";
import type { Reference } from "../api";
import type { Stroke } from "../ink/ink";
import { ink, isSent, strokeCount } from "../state/paper";
import { follow, type Line } from "./match";

/** Number of misses at the same stroke after which it is shown. */
export const MISSES = 2;

/** Index of the reference's first stroke that isn't written yet; null once all are, or while nothing is tracked. */
export const nextStroke = signal<number | null>(null);
const misses = signal(0);
/** Index of the stroke to hint at; null if none. */
export const hinted = computed(() => (misses.value >= MISSES && !isSent.value ? nextStroke.value : null));

/** Follow the strokes along `reference` until the returned function is called. */
export function track({ side, strokes }: Reference): () => void {
  const reference = strokes.map((stroke) => stroke.map(([x, y]): [number, number] => [x / side, y / side]));
  /** Missed strokes that were counted. Undo and redo don't count them again. */
  const counted = new WeakSet<Stroke>();
  let isDown = false;

  /** Judge the strokes, without the one that is being drawn. */
  function judge(countsMisses = true): void {
    const { width, height, strokes: all } = ink.peek();
    const finished = isDown ? all.slice(0, -1) : all;
    const lines = finished.map((stroke): Line => stroke.map(([x, y]) => [x / width, y / height]));
    const { next, missed } = follow(lines, reference);
    batch(() => {
      if (next !== nextStroke.peek()) misses.value = 0;
      nextStroke.value = next;
      for (const stroke of missed.map((index) => finished[index] as Stroke)) {
        if (countsMisses && !counted.has(stroke)) misses.value += 1;
        counted.add(stroke);
      }
    });
  }

  const stop = new AbortController();
  const { signal: stopped } = stop;
  // Captured, and so known before the paper begins the stroke.
  const down = ({ target }: Event) => {
    isDown = target instanceof HTMLCanvasElement;
  };
  const up = () => {
    isDown = false;
    judge();
  };
  addEventListener("pointerdown", down, { capture: true, signal: stopped });
  for (const type of ["pointerup", "pointercancel"]) addEventListener(type, up, { signal: stopped });
  judge(false); // strokes from before a reload are no new misses
  const stopCounting = effect(() => {
    strokeCount.value;
    judge();
  });
  const stopForgetting = effect(() => {
    if (isSent.value) misses.value = 0;
  });
  return () => {
    stop.abort();
    stopCounting();
    stopForgetting();
    batch(() => {
      nextStroke.value = null;
      misses.value = 0;
    });
  };
}

import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { SentInk } from "../api";
import type { Stroke } from "../ink/ink";
import { isStill } from "../motion";
import { words as common } from "../words";
import { InkPicture } from "./InkPicture";
import { words } from "./words";

const until = (strokes: readonly Stroke[], time: number): Stroke[] =>
  strokes.map((stroke) => stroke.filter(([, , t]) => t <= time)).filter((stroke) => stroke.length > 0);

/** A character as it was written, and a button that shows it being written: stroke by stroke where motion is reduced. */
export function Replay({ ink }: { ink: SentInk }) {
  /** ms of the writing that are shown; null for all of it. */
  const time = useSignal<number | null>(null);
  const frame = useRef(0);
  const begin = ink.strokes[0]?.[0]?.[2] ?? 0;
  const ends = useMemo(() => ink.strokes.map((stroke) => stroke.at(-1)?.[2] ?? 0), [ink]);
  const end = ends.at(-1) ?? 0;
  const showsSteps = isStill();
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  function stop(): void {
    cancelAnimationFrame(frame.current);
    time.value = null;
  }

  function play(): void {
    const start = performance.now();
    const tick = (now: number) => {
      if (begin + now - start >= end) return stop();
      time.value = begin + now - start;
      frame.current = requestAnimationFrame(tick);
    };
    time.value = begin;
    frame.current = requestAnimationFrame(tick);
  }

  /** Show one more stroke. */
  function step(): void {
    const at = time.value;
    const next = ends.find((one) => at !== null && one > at) ?? ends[0] ?? 0;
    time.value = next === end && at !== null ? null : next;
  }

  const isPlaying = time.value !== null && !showsSteps;
  return (
    <figure>
      <div class="square">
        <InkPicture ink={time.value === null ? ink : { ...ink, strokes: until(ink.strokes, time.value) }} />
      </div>
      <figcaption>
        {common.yours}
        <button
          type="button"
          class="button button-quiet"
          onClick={isPlaying ? stop : showsSteps ? step : play}
        >
          {isPlaying ? common.stop : words.replay}
        </button>
      </figcaption>
    </figure>
  );
}

import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { isBlank } from "../ink/ink";
import { ink, strokeCount } from "../state/paper";
import { InkPicture } from "./InkPicture";
import { direction, goTo, isShown, session, task } from "./lines";
import { words } from "./words";

/** ms. The square follows the paper once the pen rests: drawing it with each point would delay the pen's line. */
const REST = 120;
/** Fraction of a square by which a finger moves before the squares move with it; higher is more lenient. */
const SWIPE = 0.7;

/** The squares of the line, in a row or a column. A swipe or a tap takes another one onto the paper. */
export function Squares() {
  const list = useRef<HTMLOListElement>(null);
  const latest = useSignal(ink.peek());
  const current = session.value?.current ?? 0;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      const now = ink.value;
      clearTimeout(timer);
      timer = setTimeout(() => {
        latest.value = now;
      }, REST);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  useEffect(() => (list.current ? listenToSwipes(list.current) : undefined), []);
  // Only the list scrolls, not the page under the pen.
  useEffect(() => {
    const box = list.current;
    const square = box?.children[current] as HTMLElement | undefined;
    if (!box || !square) return;
    box.scrollTo({
      left: square.offsetLeft + square.offsetWidth / 2 - box.clientWidth / 2,
      top: square.offsetTop + square.offsetHeight / 2 - box.clientHeight / 2,
    });
  }, [current, session.value?.squares.length, direction.value]);

  if (!session.value) return null;
  const characters = [...(task.value?.text ?? "")];
  const { squares } = session.value;
  return (
    <nav class="line-squares" aria-label={words.squares}>
      <ol ref={list}>
        {squares.map((square, i) => {
          const isCurrent = i === current;
          const shown = isCurrent ? latest.value : square;
          const isEmpty = isCurrent ? strokeCount.value === 0 : isBlank(square);
          return (
            <li key={i} data-current={isCurrent || undefined}>
              <button
                type="button"
                class="square"
                aria-current={isCurrent ? "step" : undefined}
                aria-label={words.square(i + 1, squares.length, isEmpty)}
                onClick={() => goTo(i)}
              >
                {isEmpty && isShown.value && (
                  <span class="square-hint" lang="ja" aria-hidden="true">
                    {characters[i]}
                  </span>
                )}
                {!isEmpty && <InkPicture ink={shown} />}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** Take the squares along with a finger that moves over them. The returned function stops this. */
function listenToSwipes(list: HTMLElement): () => void {
  const stop = new AbortController();
  let start: { at: number; square: number; isMoved: boolean } | null = null;
  const along = (event: PointerEvent) => (direction.value === "vertical" ? event.clientY : event.clientX);
  const on = (type: "pointerdown" | "pointermove" | "pointercancel", handle: (event: PointerEvent) => void) =>
    list.addEventListener(type, handle, { signal: stop.signal });

  on("pointerdown", (event) => {
    start = { at: along(event), square: session.peek()?.current ?? 0, isMoved: false };
  });
  on("pointermove", (event) => {
    if (!start || !event.buttons) return;
    const side = list.firstElementChild?.getBoundingClientRect().width ?? 1;
    const steps = Math.trunc((start.at - along(event)) / (SWIPE * side));
    if (steps === 0 && !start.isMoved) return;
    start.isMoved = true;
    const last = (session.peek()?.squares.length ?? 1) - 1;
    goTo(Math.min(last, Math.max(0, start.square + steps)));
  });
  on("pointercancel", () => {
    start = null;
  });
  // The click that ends a swipe chooses no square.
  list.addEventListener(
    "click",
    (event) => {
      if (!start?.isMoved || event.detail === 0) return;
      event.stopPropagation();
      event.preventDefault();
    },
    { signal: stop.signal, capture: true },
  );
  return () => stop.abort();
}

import { useMemo } from "preact/hooks";
import type { SentInk } from "../api";
import { curve } from "../ink/curve";
import { SIDE, thumbnail } from "../ink/thumbnail";

/** Width of the line, as a fraction of the square. */
const LINE = 0.045;

/** The ink of the attempt, or the image that was cut out of a photograph. */
export function WrittenPicture({ ink, image }: { ink: SentInk | null; image: string | null }) {
  if (ink) return <InkPicture ink={ink} />;
  return image && <img class="cut-out" src={image} alt="" />;
}

/** Ink in its square, where it was written. A character split off a wide paper is centred. */
export function InkPicture({ ink }: { ink: SentInk }) {
  const { width, height, strokes } = ink;
  const isSquare = Math.abs(width - height) <= 0.1 * width;
  const path = useMemo(() => (isSquare ? strokes.map(curve).join("") : thumbnail(ink)), [ink]);
  const side = isSquare ? width || SIDE : SIDE;
  return (
    <svg viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
      <path d={path} style={{ strokeWidth: side * LINE }} />
    </svg>
  );
}

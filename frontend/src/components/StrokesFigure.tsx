interface StrokesFigureProps {
  paths: readonly string[];
  /** Numbers of strokes, from 1. */
  highlighted: readonly number[];
  side: number;
  title: string;
  /** The language of the title, if it isn't the page's. */
  lang?: string;
}

/** A picture of strokes, of which those with `highlighted` numbers are red. */
export function StrokesFigure({ paths, highlighted, side, title, lang }: StrokesFigureProps) {
  return (
    <figure>
      <span class="square">
        <svg viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
          {paths.map((path, i) => (
            <path key={i} d={path} class={highlighted.includes(i + 1) ? "highlighted" : undefined} />
          ))}
        </svg>
      </span>
      <figcaption lang={lang}>{title}</figcaption>
    </figure>
  );
}

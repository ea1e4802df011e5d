/** The pad's style. The system's colours follow the `color-scheme` of the page around it. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host { display: inline-grid; gap: .5rem; inline-size: min(18rem, 100%); font: inherit; }
  :host([hidden]) { display: none; }
  svg {
    inline-size: 100%; aspect-ratio: 1; box-sizing: border-box; touch-action: none; cursor: crosshair;
    color: var(--letters-ai-ink, CanvasText); background: var(--letters-ai-paper, Canvas);
    border: 1px solid var(--letters-ai-line, GrayText); border-radius: .5rem;
    user-select: none; -webkit-user-select: none;
  }
  path {
    fill: none; stroke: currentColor; stroke-width: var(--letters-ai-pen, 6px); stroke-linecap: round;
    stroke-linejoin: round; vector-effect: non-scaling-stroke;
  }
  div { display: flex; flex-wrap: wrap; gap: .5rem; }
  div[role] { min-block-size: 3rem; }
  button { font: inherit; min-inline-size: 2.75rem; min-block-size: 2.75rem; padding: .25rem .75rem; cursor: pointer; }
  button:disabled { cursor: default; }
  div[role] button { font-size: 1.5rem; padding: .25rem; }
  p { margin: 0; min-block-size: 1.5em; }
`);

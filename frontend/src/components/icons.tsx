/** Small line drawings in the colour of the text around them. */

import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}

export const UndoIcon = () => (
  <Icon>
    <path d="M8.5 5 4.5 9l4 4M5 9h9a5 5 0 0 1 0 10h-3.5" />
  </Icon>
);

/** A fresh sheet. */
export const ClearIcon = () => (
  <Icon>
    <path d="M6 4.5h8.5L18 8v11.5H6zM14.5 4.5V8H18" />
  </Icon>
);

export const BinIcon = () => (
  <Icon>
    <path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7" />
  </Icon>
);

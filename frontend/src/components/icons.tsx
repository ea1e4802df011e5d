/** Icons in the colour of the text around them. */

import type { ComponentChildren } from "preact";
import type { Guides } from "../state/paper";

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

export const RedoIcon = () => (
  <Icon>
    <path d="m15.5 5 4 4-4 4M19 9h-9a5 5 0 0 0 0 10h3.5" />
  </Icon>
);

/** A practice square with its guide lines. */
export const GuidesIcon = ({ guides }: { guides: Guides }) => (
  <Icon>
    <path d="M4.5 4.5h15v15h-15z" />
    {guides !== "plain" && <path d="M12 4.5v15M4.5 12h15" stroke-dasharray="2 2" />}
    {guides === "diagonal" && <path d="m4.5 4.5 15 15M19.5 4.5l-15 15" stroke-dasharray="2 2" />}
  </Icon>
);

/** An eraser on the line that it wipes. */
export const ClearIcon = () => (
  <Icon>
    <path d="M8 18.5 4.5 15 14 5.5l5.5 5.5-7.5 7.5zM9.5 10l5.5 5.5M8 18.5h11.5" />
  </Icon>
);

export const CameraIcon = () => (
  <Icon>
    <path d="M4 7.5h4l1.5-2.5h5L16 7.5h4v11H4zM12 9.5a3.25 3.25 0 1 0 0 6.5 3.25 3.25 0 0 0 0-6.5z" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m7 7 10 10M17 7 7 17" />
  </Icon>
);

export const BinIcon = () => (
  <Icon>
    <path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7" />
  </Icon>
);

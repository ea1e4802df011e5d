import {
  canRedo,
  canUndo,
  changeGuides,
  clear,
  guides,
  isSending,
  redoStroke,
  strokeCount,
  undoStroke,
} from "../state";
import { words } from "../words";
import { ClearIcon, GuidesIcon, RedoIcon, UndoIcon } from "./icons";
import { ThicknessPicker } from "./ThicknessPicker";

/** How the pen and the paper are; and what takes ink off the paper, and puts it back. */
export function PaperTools() {
  const guideLines = words.guides[guides.value];
  return (
    <div class="paper-tools">
      <ThicknessPicker />
      <button
        type="button"
        class="tool tool-guides"
        onClick={changeGuides}
        aria-label={guideLines}
        title={guideLines}
      >
        <GuidesIcon guides={guides.value} />
      </button>
      <button
        type="button"
        class="tool"
        onClick={undoStroke}
        disabled={!canUndo.value}
        aria-label={words.undo}
        title={words.undo}
      >
        <UndoIcon />
      </button>
      <button
        type="button"
        class="tool"
        onClick={redoStroke}
        disabled={!canRedo.value}
        aria-label={words.redo}
        title={words.redo}
      >
        <RedoIcon />
      </button>
      <button
        type="button"
        class="tool"
        onClick={clear}
        disabled={strokeCount.value === 0 || isSending.value}
        aria-label={words.clear}
        title={words.clear}
      >
        <ClearIcon />
      </button>
    </div>
  );
}

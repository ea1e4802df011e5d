import {
  canRedo,
  canScore,
  canUndo,
  changeGuides,
  clear,
  guides,
  isSending,
  isSent,
  redoStroke,
  score,
  strokeCount,
  undoStroke,
} from "../state";
import { words } from "../words";
import { ClearIcon, GuidesIcon, RedoIcon, UndoIcon } from "./icons";
import { PractiseField } from "./PractiseField";
import { ScriptPicker } from "./ScriptPicker";
import { ThicknessPicker } from "./ThicknessPicker";

/** What the thumb reaches below the paper. */
export function Tools() {
  return (
    <div class="tools">
      <ThicknessPicker />
      <div class="tools-edit">
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
      <ScriptPicker />
      <button
        type="button"
        class="tool tool-guides"
        onClick={changeGuides}
        aria-label={words.guides[guides.value]}
        title={words.guides[guides.value]}
      >
        <GuidesIcon guides={guides.value} />
      </button>
      <PractiseField />
      {isSent.value ? (
        <button type="button" class="main-button" onClick={next}>
          {words.next}
        </button>
      ) : (
        <button type="button" class="main-button" onClick={() => score()} disabled={!canScore.value}>
          {words.score}
        </button>
      )}
    </div>
  );
}

/** A fresh sheet, in sight also of those who read on below. */
function next() {
  clear();
  document.querySelector(".paper")?.scrollIntoView({ block: "nearest" });
}

import type { ComponentChildren } from "preact";
import {
  canClear,
  canRedo,
  canUndo,
  clear,
  guides,
  nextGuides,
  redoStroke,
  undoStroke,
} from "../state/paper";
import { words } from "../words";
import { ClearIcon, GuidesIcon, RedoIcon, UndoIcon } from "./icons";
import { ThicknessPicker } from "./ThicknessPicker";

/** The pen's width, the guide lines, undo, redo and clear. */
export function PaperTools() {
  return (
    <div class="paper-tools">
      <ThicknessPicker />
      <Tool name={words.guides[guides.value]} kind="tool-guides" act={nextGuides}>
        <GuidesIcon guides={guides.value} />
      </Tool>
      <Tool name={words.undo} act={undoStroke} canAct={canUndo.value}>
        <UndoIcon />
      </Tool>
      <Tool name={words.redo} act={redoStroke} canAct={canRedo.value}>
        <RedoIcon />
      </Tool>
      <Tool name={words.clear} act={clear} canAct={canClear.value}>
        <ClearIcon />
      </Tool>
    </div>
  );
}

/** A button that is never disabled, since that would take the focus from it. */
function Tool(props: {
  name: string;
  kind?: string;
  act: () => void;
  canAct?: boolean;
  children: ComponentChildren;
}) {
  const { name, kind = "", act, canAct = true, children } = props;
  return (
    <button
      type="button"
      class={`tool ${kind}`}
      onClick={() => canAct && act()}
      aria-disabled={!canAct}
      aria-label={name}
      title={name}
    >
      {children}
    </button>
  );
}

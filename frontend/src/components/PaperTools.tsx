import type { ComponentChildren } from "preact";
import {
  canClear,
  canRedo,
  canUndo,
  changeGuides,
  clear,
  guides,
  redoStroke,
  undoStroke,
} from "../state/state";
import { words } from "../words";
import { ClearIcon, GuidesIcon, RedoIcon, UndoIcon } from "./icons";
import { ThicknessPicker } from "./ThicknessPicker";

/** How the pen and the paper are; and what takes ink off the paper, and puts it back. */
export function PaperTools() {
  return (
    <div class="paper-tools">
      <ThicknessPicker />
      <Tool name={words.guides[guides.value]} kind="tool-guides" act={changeGuides}>
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

/** Never disabled, which would take the focus from it. */
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

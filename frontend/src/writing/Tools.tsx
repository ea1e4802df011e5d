import { PaperTools } from "../components/PaperTools";
import { canScore, clear, isSent } from "../state/paper";
import { score } from "../state/sending";
import { words } from "../words";
import { PhotoButton } from "./PhotoButton";
import { PractiseField } from "./PractiseField";
import { ScriptPicker } from "./ScriptPicker";

/** The tools below the paper, within reach of the thumb. */
export function Tools() {
  return (
    <div class="tools">
      <PaperTools />
      <div class="tool-line">
        <ScriptPicker />
        <PhotoButton />
      </div>
      <PractiseField />
      {/* One button, never disabled: it keeps the focus, so that Enter can be pressed again. */}
      <button
        type="button"
        class="main-button"
        onClick={() => (isSent.value ? next() : score())}
        aria-disabled={!isSent.value && !canScore.value}
      >
        {isSent.value ? words.next : words.score}
      </button>
    </div>
  );
}

/** Clear the paper, and scroll it into view. */
function next() {
  clear();
  document.querySelector(".paper")?.scrollIntoView({ block: "nearest" });
}

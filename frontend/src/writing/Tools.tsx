import { PaperTools } from "../components/PaperTools";
import { canScore, isSent } from "../state/paper";
import { score } from "../state/sending";
import { words } from "../words";
import { PhotoButton } from "./PhotoButton";
import { PractiseField } from "./PractiseField";
import { ScriptPicker } from "./ScriptPicker";
import { moveOn } from "./turns";

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
      {/* One button, never disabled, since that would take the focus from it. */}
      <button
        type="button"
        class="main-button"
        onClick={() => (isSent.value ? moveOn() : score())}
        aria-disabled={!isSent.value && !canScore.value}
      >
        {isSent.value ? words.next : words.score}
      </button>
    </div>
  );
}

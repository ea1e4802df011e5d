import { PaperTools } from "../components/PaperTools";
import { canScore, clear, isSent, score } from "../state/state";
import { words } from "../words";
import { PractiseField } from "./PractiseField";
import { ScriptPicker } from "./ScriptPicker";

/** What the thumb reaches below the paper. */
export function Tools() {
  return (
    <div class="tools">
      <PaperTools />
      <ScriptPicker />
      <PractiseField />
      {/* One button, and never disabled: it keeps the focus, so that the next Enter goes on. */}
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

/** A fresh sheet, in sight also of those who read on below. */
function next() {
  clear();
  document.querySelector(".paper")?.scrollIntoView({ block: "nearest" });
}

import { canScore, clear, isSent, score } from "../state";
import { words } from "../words";
import { PaperTools } from "./PaperTools";
import { PractiseField } from "./PractiseField";
import { ScriptPicker } from "./ScriptPicker";

/** What the thumb reaches below the paper. */
export function Tools() {
  return (
    <div class="tools">
      <PaperTools />
      <ScriptPicker />
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

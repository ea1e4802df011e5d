import { PaperTools } from "../components/PaperTools";
import { PhotoButton } from "../components/PhotoButton";
import { canScore, isSending, isSent } from "../state/paper";
import { score } from "../state/sending";
import { showUnreachable } from "../state/trouble";
import { words } from "../words";
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
        <PhotoButton isDisabled={isSending.value} onChoose={scorePhoto} />
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

/** The code for photographs is loaded on demand, since most visitors write on the screen. */
export function scorePhoto(file: File): void {
  import("../photo/main").then(
    (photo) => photo.scorePhoto(file),
    () => showUnreachable(() => scorePhoto(file)),
  );
}

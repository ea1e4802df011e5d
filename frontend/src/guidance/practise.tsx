/** The parts of the writing page that help to practise a character. They are loaded once one is chosen. */

import { MixedText } from "../components/MixedText";
import { ReferencePicture } from "../components/ReferencePicture";
import { isSending, isSent } from "../state/paper";
import { guidance } from "./choice";
import { meaning, Readings } from "./Description";
import { GuidancePicker } from "./GuidancePicker";
import { Guide } from "./Guide";
import { isLoading, isLooking, listenToKeys, loaded, toggleReference } from "./practice";
import { words } from "./words";

listenToKeys(document);

/** Lies under the ink: the guidance that is chosen, or the reference that the writer asked for. */
export function PaperGuide() {
  if (!loaded.value) return null;
  const { described, reference } = loaded.value;
  const { character } = described;
  return isLooking.value ? (
    <div class="guide guide-look">
      <ReferencePicture key={character} character={character} reference={reference} />
    </div>
  ) : (
    <Guide key={character} character={character} reference={reference} guidance={guidance.value} />
  );
}

/** The practised character's meaning and readings, and the choice of guidance. A result takes its place. */
export function PractiseCard() {
  if (isSending.value || isSent.value) return null;
  if (!loaded.value) return isLoading.value && <section class="practise-card" />; // keeps its place
  const { described } = loaded.value;
  return (
    <section class="practise-card">
      <h2>
        <MixedText text={meaning(described)} />
      </h2>
      <Readings of={described} />
      <div class="practise-help">
        <GuidancePicker />
        {guidance.value !== "trace" && (
          <button type="button" class="button" onClick={toggleReference}>
            {isLooking.value ? words.hide : words.show}
          </button>
        )}
      </div>
    </section>
  );
}

import type { Attempt, Candidate } from "../api";
import { MixedText } from "../components/MixedText";
import { chooseTarget } from "../state/attempts";
import { practise, practised } from "../state/paper";
import { MeantButtons } from "./MeantButtons";
import { words } from "./words";

/** Instead of a score of 0: something other than the target was clearly written. The attempt can be judged as that. */
export function WrongTarget(props: { attempt: Attempt; reading: Candidate; onInsist: () => void }) {
  const { attempt, reading, onInsist } = props;
  const read = [reading.character, ...reading.lookalikes];
  const accept = (character: string) => {
    // The next attempt would be judged by the wrong target again.
    if (practised.value === attempt.target) practise(character);
    chooseTarget(attempt.id, character, []);
  };
  return (
    <div class="question">
      <p>
        <MixedText text={words.didYouMean(read)} />
      </p>
      <p class="answers">
        <MeantButtons characters={read} onChoice={accept} />
        <button type="button" class="button button-quiet" onClick={onInsist}>
          <MixedText text={words.noMeant(attempt.target ?? "")} />
        </button>
      </p>
    </div>
  );
}

import type { Attempt, Candidate } from "../api";
import { MixedText } from "../components/MixedText";
import { isScript } from "../scripts";
import { chooseTarget } from "../state/attempts";
import { chooseScript } from "../state/paper";
import { words as common } from "../words";
import { MeantButtons } from "./MeantButtons";
import { words } from "./words";

/** Offers the character that was clearly written although the chosen script excludes it. */
export function WrongScript({ attempt, reading }: { attempt: Attempt; reading: Candidate }) {
  const read = [reading.character, ...reading.lookalikes];
  const chosen = attempt.scripts.filter(isScript).map((script) => common.scripts[script]);
  const accept = (character: string) => {
    chooseScript("all"); // the next attempt may be of this script too
    chooseTarget(attempt.id, character, []);
  };
  return (
    <div class="question">
      <p>
        <MixedText text={`${words.readsAs(read, reading.legibility)} ${words.didYouMean(read)}`} />
      </p>
      {chosen.length > 0 && <p class="quiet">{words.otherScript(chosen.join(", "))}</p>}
      <p class="answers">
        <MeantButtons characters={read} onChoice={accept} />
      </p>
    </div>
  );
}

import { Trouble } from "../components/Trouble";
import { WritingArea } from "../components/WritingArea";
import { trouble } from "../state";
import { words as common } from "../words";
import { isReferenceShown, phase, result, takePen, turn } from "./lesson";
import { Model } from "./Model";
import { Progress } from "./Progress";
import { Prompt } from "./Prompt";
import { isPoor, Result } from "./Result";
import { TurnTools } from "./TurnTools";
import { words } from "./words";

/** One turn: what is asked, the paper, and how it went. Everything that the thumb needs is below the paper. */
export function TurnView() {
  const character = turn.value?.review.character ?? "";
  const attempt = result.value;
  const isBeside = isPoor(attempt);
  return (
    <section class="turn" data-phase={phase.value} aria-label={words.title}>
      <Progress />
      <div class="turn-ask">
        <Prompt />
        {trouble.value && <Trouble {...trouble.value} />}
        {attempt && <Result attempt={attempt} />}
      </div>
      <div class="turn-sheet" data-beside={isBeside || undefined}>
        <figure>
          <WritingArea mayWrite={takePen}>
            {isReferenceShown.value && (
              <div class="paper-model">
                <Model key={character} character={character} />
              </div>
            )}
          </WritingArea>
          {isBeside && <figcaption>{words.yours}</figcaption>}
        </figure>
        {isBeside && (
          <figure>
            <div class="square turn-model">
              <Model character={character} />
            </div>
            <figcaption>{common.reference}</figcaption>
          </figure>
        )}
      </div>
      <TurnTools />
    </section>
  );
}

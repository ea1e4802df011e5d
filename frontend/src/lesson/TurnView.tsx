import { signal } from "@preact/signals";
import { Trouble } from "../components/TroubleNotice";
import { WritingArea } from "../components/WritingArea";
import { trouble } from "../state/state";
import { words as common } from "../words";
import { isReferenceShown, phase, result, takePen, turn } from "./lesson";
import { Progress } from "./Progress";
import { Prompt } from "./Prompt";
import { Model } from "./ReferenceFigure";
import { isPoor, Result } from "./Result";
import { TurnTools } from "./TurnTools";
import { words } from "./words";

/** The paper stands left of what is asked and how it went: as lesson.css has it. */
const wide = matchMedia("(min-width: 53.75em), (min-width: 35em) and (orientation: landscape)");
const isWide = signal(wide.matches);
wide.addEventListener("change", () => {
  isWide.value = wide.matches;
});

/** One turn: what is asked, the paper, and how it went. Everything that the thumb needs is below the paper. */
export function TurnView() {
  const character = turn.value?.review.character ?? "";
  const attempt = result.value;
  const isBeside = isPoor(attempt);
  const model = isBeside && (
    <figure>
      <div class="square turn-model">
        <Model character={character} />
      </div>
      <figcaption>{common.reference}</figcaption>
    </figure>
  );
  return (
    <section class="turn" data-phase={phase.value} aria-label={words.title}>
      <Progress />
      <div class="turn-ask">
        <div>
          <Prompt />
          {trouble.value && <Trouble {...trouble.value} />}
          {attempt && <Result attempt={attempt} />}
        </div>
        {isWide.value && model}
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
        {!isWide.value && model}
      </div>
      <TurnTools />
    </section>
  );
}

import { signal } from "@preact/signals";
import { ReferenceFigure } from "../components/ReferenceFigure";
import { TroubleNotice } from "../components/TroubleNotice";
import { WritingArea } from "../components/WritingArea";
import { references } from "../state/references";
import { trouble } from "../state/trouble";
import { words as common } from "../words";
import { isCovered, mayWrite, phase, result, turn } from "./lesson";
import { Progress } from "./Progress";
import { Prompt } from "./Prompt";
import { isPoor, Result } from "./Result";
import { TurnGuide } from "./TurnGuide";
import { TurnTools } from "./TurnTools";
import { words } from "./words";

/** The paper stands beside the prompt and the result. The same query is in lesson.css. */
const wide = matchMedia("(min-width: 53.75em), (min-width: 35em) and (orientation: landscape)");
const isWide = signal(wide.matches);
wide.addEventListener("change", () => {
  isWide.value = wide.matches;
});

/** One turn: the prompt, the paper and the result. After a poor score the reference stands beside the attempt. */
export function TurnView() {
  const character = turn.value?.review.character ?? "";
  const drawn = references.value[character];
  const attempt = result.value;
  const isCompared = isPoor(attempt);
  const reference = isCompared && (
    <figure>
      <div class="square turn-reference">
        <ReferenceFigure character={character} />
      </div>
      <figcaption>{common.reference}</figcaption>
    </figure>
  );
  return (
    <section class="turn" data-phase={phase.value} aria-label={words.title}>
      <Progress />
      <div class="turn-prompt">
        <div>
          <Prompt />
          {trouble.value && <TroubleNotice {...trouble.value} />}
          {attempt && <Result attempt={attempt} />}
        </div>
        {isWide.value && reference}
      </div>
      <div class="turn-paper" data-compared={isCompared || undefined}>
        <figure>
          <WritingArea mayWrite={mayWrite}>
            {isCovered.value ? (
              <div class="paper-reference">
                <ReferenceFigure key={character} character={character} />
              </div>
            ) : (
              drawn && <TurnGuide key={character} character={character} reference={drawn} />
            )}
          </WritingArea>
          {isCompared && <figcaption>{common.yours}</figcaption>}
        </figure>
        {!isWide.value && reference}
      </div>
      <TurnTools />
    </section>
  );
}

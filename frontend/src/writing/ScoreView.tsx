import type { Attempt, Score } from "../api";
import { Mark } from "../components/MarkPicture";
import { Mixed } from "../components/MixedText";
import { Remarks } from "../components/Remarks";
import { markFor } from "../marks";
import { canBeExample, POOR } from "../state/state";
import { words } from "../words";
import { grouped } from "./Candidates";
import { ExampleSwitch } from "./ExampleSwitch";
import { HowWritten } from "./HowToWrite";
import { ShareButton } from "./ShareButton";

/** The moment that all this is for. */
export function ScoreView({ attempt }: { attempt: Attempt }) {
  const { score, target } = attempt;
  if (!score || !target) return null;
  return (
    <>
      <Judgement attempt={attempt} score={score} target={target} />
      {score.legibility < POOR && <HowWritten key={target} character={target} />}
      {attempt.ink && <ShareButton id={attempt.id} />}
      {canBeExample(attempt) && <ExampleSwitch attempt={attempt} />}
    </>
  );
}

/** The score, and what a reader would say of it. */
export function Judgement(props: { attempt: Attempt; score: Score; target: string }) {
  const { score, target } = props;
  const { candidates, known } = props.attempt;
  const others = lookalikesOf(target, candidates);
  const read = grouped(candidates).slice(0, 5);
  return (
    <>
      <div class="score">
        <Mark mark={markFor(score.legibility)} />
        <p class="score-number">
          <strong>{score.legibility}</strong> <span>{words.outOf}</span>
        </p>
        <p class="score-band">{words.bands[score.band]}</p>
      </div>
      {known === false && <p class="remark">{words.unknownRemark}</p>}
      {others.length > 0 && (
        <p class="remark">
          <Mixed text={words.readsAs([target, ...others])} />
        </p>
      )}
      {score.misread_as.length > 0 && (
        <p class="remark">
          <Mixed text={words.misreadAs(score.misread_as)} />
        </p>
      )}
      <Remarks attempt={props.attempt} />
      {read.length > 0 && (
        <dl class="read-as">
          <dt>{words.nearest}</dt>
          {read.map(({ character, legibility }) => (
            <dd key={character}>
              <span lang="ja">{character}</span> <small>{legibility}</small>
            </dd>
          ))}
        </dl>
      )}
    </>
  );
}

function lookalikesOf(target: string, candidates: Attempt["candidates"]): string[] {
  const group = candidates.find(
    ({ character, lookalikes }) => character === target || lookalikes.includes(target),
  );
  return group ? [group.character, ...group.lookalikes].filter((one) => one !== target) : [];
}

import type { Attempt, Score } from "../api";
import { markFor } from "../marks";
import { plausible } from "../state/readings";
import { words } from "../words";
import { MarkPicture } from "./MarkPicture";
import { MixedText } from "./MixedText";
import { Remarks } from "./Remarks";

/** The score with its mark, the remarks, and what the attempt is read as. */
export function Judgement(props: { attempt: Attempt; score: Score; target: string }) {
  const { attempt, score, target } = props;
  const lookalikes = lookalikesOf(target, attempt.candidates);
  const aloneAlso = attempt.alone_also.filter((one) => !score.misread_as.includes(one));
  const candidates = plausible(attempt.candidates).slice(0, 5);
  return (
    <>
      <div class="score">
        <MarkPicture mark={markFor(score.legibility)} />
        <p class="score-number">
          <strong>{score.legibility}</strong> <span>{words.outOf}</span>
        </p>
        <p class="score-band">{words.bands[score.band]}</p>
      </div>
      {attempt.known === false && <p class="remark">{words.unknownRemark}</p>}
      {lookalikes.length > 0 && (
        <p class="remark">
          <MixedText text={words.readsAs([target, ...lookalikes])} />
        </p>
      )}
      {score.misread_as.length > 0 && (
        <p class="remark">
          <MixedText text={words.misreadAs(score.misread_as)} />
        </p>
      )}
      {aloneAlso.length > 0 && (
        <p class="remark">
          <MixedText text={words.aloneAlso(aloneAlso)} />
        </p>
      )}
      <Remarks attempt={attempt} />
      {candidates.length > 0 && (
        <dl class="read-as">
          <dt>{words.readAs}</dt>
          {candidates.map(({ character, legibility }) => (
            <dd key={character}>
              <span lang="ja">{character}</span> <small>{legibility}</small>
            </dd>
          ))}
        </dl>
      )}
    </>
  );
}

/** The other characters of the target's lookalike group. */
function lookalikesOf(target: string, candidates: Attempt["candidates"]): string[] {
  const group = candidates.find(
    ({ character, lookalikes }) => character === target || lookalikes.includes(target),
  );
  return group ? [group.character, ...group.lookalikes].filter((one) => one !== target) : [];
}

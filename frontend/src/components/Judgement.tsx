import type { Attempt, Score } from "../api";
import { markOf } from "../marks";
import { charactersOf, plausible } from "../state/readings";
import { words } from "../words";
import { MarkPicture } from "./MarkPicture";
import { MixedText } from "./MixedText";
import { Notes } from "./Notes";
import { Reasons } from "./Reasons";
import { Remarks } from "./Remarks";
import "./judgement.css";

/** The first character whose strokes have rules: letters and digits come before it. */
const FIRST_KANA = "ぁ";

/** Legibility and form with their mark, the remarks, and what the attempt is read as. */
export function Judgement(props: { attempt: Attempt; score: Score; target: string }) {
  const { attempt, score, target } = props;
  const group = attempt.candidates.find((one) => charactersOf(one).includes(target));
  const lookalikes = group ? charactersOf(group).filter((one) => one !== target) : [];
  const isKnown = attempt.known !== false;
  const isReadAsAnother = isKnown && score.band === "misread" && attempt.candidates[0] !== group;
  const aloneAlso = isKnown ? attempt.alone_also.filter((one) => !score.misread_as.includes(one)) : [];
  const candidates = plausible(attempt.candidates).slice(0, 5);
  return (
    <>
      <div class="score">
        <MarkPicture mark={markOf(score.band)} />
        <dl class="measures">
          <div class="score-number">
            <dt>{words.legibility}</dt>
            <dd>
              <strong>{score.legibility}</strong> <span>{words.outOf}</span>
            </dd>
          </div>
          {score.form !== null && (
            <div class="score-form">
              <dt>{words.form}</dt>
              <dd>
                <strong>{score.form}</strong> <span>{words.outOf}</span>
              </dd>
            </div>
          )}
        </dl>
        <p class="score-band">{words.bands[score.band]}</p>
      </div>
      {score.form === null && <p class="quiet">{words.noForm[whyNoForm(attempt, target)]}</p>}
      {!isKnown && <p class="remark">{words.unknownRemark}</p>}
      {lookalikes.length > 0 && (
        <p class="remark">
          <MixedText text={words.readsAs([target, ...lookalikes])} />
        </p>
      )}
      {score.misread_as.length > 0 && (
        <p class="remark">
          <MixedText text={words[isReadAsAnother ? "readsAs" : "misreadAs"](score.misread_as)} />
        </p>
      )}
      <Reasons attempt={attempt} reasons={score.reasons} />
      {aloneAlso.length > 0 && (
        <p class="remark">
          <MixedText text={words.aloneAlso(aloneAlso)} />
        </p>
      )}
      <Remarks attempt={attempt} />
      <Notes notes={score.notes} />
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

/** Why an attempt has no score for its strokes. */
function whyNoForm({ ink }: Attempt, target: string): keyof typeof words.noForm {
  if (!ink) return "photograph";
  return target < FIRST_KANA ? "letter" : "unlike";
}

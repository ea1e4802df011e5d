import { Judgement } from "../components/Judgement";
import { MixedText } from "../components/MixedText";
import { ReferenceFigure } from "../components/ReferenceFigure";
import { words as common } from "../words";
import type { LineCharacter } from "./api";
import { WrittenPicture } from "./InkPicture";
import { Replay } from "./Replay";
import { words } from "./words";

/** One character of the line: how it is read alone and here, its score and its remarks. */
export function CharacterResult({ one }: { one: LineCharacter }) {
  const { position, character, read_as: readAs, alone, explanation, attempt, legibility } = one;
  const meant = character ?? attempt?.target ?? readAs;
  const score = attempt?.score;
  return (
    <section class="line-detail" aria-label={words.characterNumber(position)}>
      <h2>
        <span class="quiet">{words.characterNumber(position)}</span> <span lang="ja">{meant}</span>
      </h2>
      {alone !== readAs && (
        <dl class="readings-here">
          <div>
            <dt>{words.alone}</dt>
            <dd lang="ja">{alone || "?"}</dd>
          </div>
          <div>
            <dt>{words.here}</dt>
            <dd lang="ja">{readAs || "?"}</dd>
          </div>
        </dl>
      )}
      {explanation && (
        <p class="explanation">
          <MixedText text={explanation} />
        </p>
      )}
      {attempt && score && attempt.target && (
        <div class="turn-result">
          {/* The explanation says already what else it could be. */}
          <Judgement
            attempt={explanation ? { ...attempt, alone_also: [], candidates: [] } : attempt}
            score={score}
            target={attempt.target}
          />
        </div>
      )}
      {attempt && !attempt.target && legibility !== null && (
        <p class="verdict-score">
          {common.legibility} <strong>{legibility}</strong> <span>{common.outOf}</span>
        </p>
      )}
      <div class="line-figures">
        {attempt?.ink && <Replay key={attempt.id} ink={attempt.ink} />}
        {attempt?.image && (
          <figure>
            <div class="square">
              <WrittenPicture ink={null} image={attempt.image} />
            </div>
            <figcaption>{common.yours}</figcaption>
          </figure>
        )}
        <figure>
          <div class="square">
            <ReferenceFigure character={meant} />
          </div>
          <figcaption>{common.reference}</figcaption>
        </figure>
      </div>
    </section>
  );
}

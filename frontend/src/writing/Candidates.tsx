import type { Attempt, Candidate } from "../api";
import { MixedText } from "../components/MixedText";
import { chooseTarget, choosing } from "../state/attempts";
import { excludedReading, plausible } from "../state/readings";
import { words as common } from "../words";
import { OtherCharacter } from "./OtherCharacter";
import { WrongScript } from "./WrongScript";
import { words } from "./words";

/** The likeliest characters, each with the score it would get. A tap chooses the one that was meant. */
export function Candidates({ attempt }: { attempt: Attempt }) {
  const groups = plausible(attempt.candidates);
  const [likeliest] = groups;
  const excluded = excludedReading(attempt);
  return (
    <>
      {excluded && <WrongScript attempt={attempt} reading={excluded} />}
      {attempt.known === false && (
        <p class="quiet">{groups.length ? words.unknownText : common.noCandidates}</p>
      )}
      {likeliest && attempt.alone_also.length > 0 && (
        <p class="quiet">
          <MixedText text={common.readsAsOrAlone(likeliest.character, attempt.alone_also)} />
        </p>
      )}
      <ol class="candidates" data-unknown={attempt.known === false || undefined}>
        {groups.map((candidate) => (
          <Group
            key={candidate.character}
            candidate={candidate}
            onChoose={(character) => chooseTarget(attempt.id, character)}
          />
        ))}
      </ol>
      <OtherCharacter id={attempt.id} />
    </>
  );
}

/** A character and its lookalikes: one score, but a button each. */
function Group({ candidate, onChoose }: { candidate: Candidate; onChoose: (character: string) => void }) {
  const { character, legibility, lookalikes } = candidate;
  return (
    <li class={`candidate span-${Math.min(3, 1 + lookalikes.length)}`}>
      <div class="candidate-glyphs">
        {[character, ...lookalikes].map((one, i) => (
          <button
            key={one}
            type="button"
            class="glyph"
            aria-label={
              i === 0 ? words.candidate(one, legibility) : words.lookalike(one, character, legibility)
            }
            aria-busy={choosing.value === one}
            disabled={choosing.value !== ""}
            onClick={() => onChoose(one)}
          >
            <span lang="ja">{one}</span>
          </button>
        ))}
      </div>
      <span class="candidate-score" aria-hidden="true">
        {legibility}
      </span>
    </li>
  );
}

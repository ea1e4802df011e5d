import type { Attempt, Candidate } from "../api";
import { choosing, mean } from "../state/state";
import { words } from "../words";
import { OtherCharacter } from "./OtherCharacter";

/** The likeliest characters, each with what it would score; a tap says which one was meant. */
export function Candidates({ attempt }: { attempt: Attempt }) {
  const groups = grouped(attempt.candidates);
  return (
    <>
      {attempt.known === false && (
        <p class="quiet">{groups.length ? words.unknownText : words.noCandidates}</p>
      )}
      <ol class="candidates" data-unknown={attempt.known === false || undefined}>
        {groups.map((candidate) => (
          <Group
            key={candidate.character}
            candidate={candidate}
            onMeant={(character) => mean(attempt.id, character)}
          />
        ))}
      </ol>
      <OtherCharacter id={attempt.id} />
    </>
  );
}

/** A character and those that look the same: one score, each to be tapped by itself. */
function Group({ candidate, onMeant }: { candidate: Candidate; onMeant: (character: string) => void }) {
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
            onClick={() => onMeant(one)}
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

/** Without the candidates that an earlier one already shows as its lookalike. */
export function grouped(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ character, lookalikes }) => {
    const isNew = !seen.has(character);
    for (const one of [character, ...lookalikes]) seen.add(one);
    return isNew;
  });
}

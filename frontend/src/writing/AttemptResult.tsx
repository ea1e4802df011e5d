import { useSignal } from "@preact/signals";
import { type Attempt, pathOf } from "../api";
import { MixedText } from "../components/MixedText";
import { adopting, isLatest, isUnreachable } from "../state/attempts";
import { isOnPaper } from "../state/paper";
import { otherReading } from "../state/readings";
import { sendAgain } from "../state/sending";
import { words as common } from "../words";
import { Candidates } from "./Candidates";
import { DeleteButton } from "./DeleteButton";
import { Photograph } from "./Photograph";
import { ScoreView } from "./ScoreView";
import { Thumbnail } from "./Thumbnail";
import { WrongTarget } from "./WrongTarget";
import { words } from "./words";

/** The open result: an attempt that is queued, failed or scored. Delete comes last, so that Tab reaches it last. */
export function AttemptResult({ attempt }: { attempt: Attempt }) {
  const isInsisting = useSignal(false);
  if (adopting.value === attempt.id) return <p class="waiting">{common.reading}</p>;
  const other = isLatest(attempt) && !isInsisting.value ? otherReading(attempt) : null;
  return (
    <article class="attempt">
      <header class="attempt-head">
        {!isOnPaper(attempt) && !attempt.image && <Thumbnail attempt={attempt} />}
        {other ? (
          <OtherHeading characters={[other.character, ...other.lookalikes]} legibility={other.legibility} />
        ) : (
          <Heading attempt={attempt} />
        )}
      </header>
      {attempt.image && <Photograph address={pathOf(attempt.image)} />}
      {attempt.status === "queued" && (
        <p class="quiet">{isUnreachable.value ? common.noConnection : common.stillReadingText}</p>
      )}
      {attempt.status === "failed" && (
        <>
          <p class="quiet">{common.failedText}</p>
          {attempt.ink && (
            <button type="button" class="button" onClick={() => sendAgain(attempt)}>
              {common.tryAgain}
            </button>
          )}
        </>
      )}
      {attempt.status === "scored" &&
        (other ? (
          <WrongTarget
            attempt={attempt}
            reading={other}
            onInsist={() => {
              isInsisting.value = true;
            }}
          />
        ) : attempt.score ? (
          <ScoreView key={attempt.target} attempt={attempt} />
        ) : (
          <Candidates attempt={attempt} />
        ))}
      <DeleteButton id={attempt.id} />
    </article>
  );
}

function OtherHeading({ characters, legibility }: { characters: string[]; legibility: number }) {
  return (
    <h2>
      <MixedText text={words.readsAs(characters, legibility)} />
    </h2>
  );
}

function Heading({ attempt }: { attempt: Attempt }) {
  if (attempt.status === "queued") return <h2 class="waiting">{common.stillReading}</h2>;
  if (attempt.status === "failed") return <h2>{common.failed}</h2>;
  if (attempt.score)
    return (
      <h2>
        {words.meant} <span lang="ja">{attempt.target}</span>
      </h2>
    );
  return <h2>{attempt.known === false ? common.unknown : common.whichOne}</h2>;
}

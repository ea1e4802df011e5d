import type { Attempt } from "../api";
import { isUnreachable } from "../state/attempts";
import { isOnPaper } from "../state/paper";
import { sendAgain } from "../state/sending";
import { words } from "../words";
import { Candidates } from "./Candidates";
import { DeleteButton } from "./DeleteButton";
import { Photograph } from "./Photograph";
import { ScoreView } from "./ScoreView";
import { Thumbnail } from "./Thumbnail";

/** The open result: an attempt that is queued, failed or scored. */
export function AttemptResult({ attempt }: { attempt: Attempt }) {
  return (
    <article class="attempt">
      <header class="attempt-head">
        {!isOnPaper(attempt) && !attempt.image && <Thumbnail attempt={attempt} />}
        <Heading attempt={attempt} />
        <DeleteButton id={attempt.id} />
      </header>
      {attempt.image && <Photograph address={attempt.image} />}
      {attempt.status === "queued" && (
        <p class="quiet">{isUnreachable.value ? words.noConnection : words.stillReadingText}</p>
      )}
      {attempt.status === "failed" && (
        <>
          <p class="quiet">{words.failedText}</p>
          {attempt.ink && (
            <button type="button" class="button" onClick={() => sendAgain(attempt)}>
              {words.tryAgain}
            </button>
          )}
        </>
      )}
      {attempt.status === "scored" &&
        (attempt.score ? <ScoreView attempt={attempt} /> : <Candidates attempt={attempt} />)}
    </article>
  );
}

function Heading({ attempt }: { attempt: Attempt }) {
  if (attempt.status === "queued") return <h2 class="waiting">{words.stillReading}</h2>;
  if (attempt.status === "failed") return <h2>{words.failed}</h2>;
  if (attempt.score)
    return (
      <h2>
        {words.meant} <span lang="ja">{attempt.target}</span>
      </h2>
    );
  return <h2>{attempt.known === false ? words.unknown : words.whichOne}</h2>;
}

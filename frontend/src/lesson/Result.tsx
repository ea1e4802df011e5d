import type { Attempt } from "../api";
import { Judgement } from "../components/Judgement";
import { words as guidanceWords } from "../guidance/words";
import { isUnreachable, POOR } from "../state/attempts";
import { sendAgain } from "../state/sending";
import { words as common } from "../words";
import { signedInWriter } from "../writer";
import { turn } from "./lesson";
import { words } from "./words";

export const isPoor = (attempt: Attempt | null): boolean => (attempt?.score?.legibility ?? POOR) < POOR;

/** The result of this turn's attempt: queued, failed or scored. */
export function Result({ attempt }: { attempt: Attempt }) {
  if (attempt.status === "queued")
    return (
      <div class="turn-result">
        <h2 class="waiting">{common.stillReading}</h2>
        <p class="quiet">{isUnreachable.value ? common.noConnection : common.stillReadingText}</p>
      </div>
    );
  if (!attempt.score || !attempt.target)
    return (
      <div class="turn-result">
        <h2>{common.failed}</h2>
        <p class="quiet">{common.failedText}</p>
        <button type="button" class="button" onClick={() => sendAgain(attempt)}>
          {common.tryAgain}
        </button>
      </div>
    );
  return (
    <div class="turn-result turn-verdict">
      <p class="turn-answer" lang="ja">
        {attempt.target}
      </p>
      <Judgement attempt={attempt} score={attempt.score} target={attempt.target} />
      {attempt.saw_reference && signedInWriter() && <p class="quiet">{guidanceWords.sawReference}</p>}
      {isPoor(attempt) && turn.value && !turn.value.isRepeat && <p class="quiet">{words.comesAgain}</p>}
    </div>
  );
}

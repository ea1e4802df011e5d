import { useSignal } from "@preact/signals";
import type { Attempt } from "../api";
import { Judgement } from "../components/Judgement";
import { isLatest, POOR } from "../state/attempts";
import { ChallengeOutcome } from "./ChallengeOutcome";
import { ChangeTarget } from "./ChangeTarget";
import { Earlier } from "./Earlier";
import { ExemplarSwitch } from "./ExemplarSwitch";
import { canBeExemplar } from "./exemplars";
import { SeeItWritten } from "./SeeItWritten";
import { ShareButton } from "./ShareButton";
import { tryAgain } from "./turns";
import { words } from "./words";

/** The judgement of an attempt with a target, and what can follow: another try, the reference, and the earlier attempts. */
export function ScoreView({ attempt }: { attempt: Attempt }) {
  const { score, target } = attempt;
  const isPoor = Math.min(score?.legibility ?? 0, score?.form ?? 100) < POOR;
  const showsModel = useSignal(isPoor);
  const isChanging = useSignal(false);
  if (!score || !target) return null;
  return (
    <>
      <Judgement attempt={attempt} score={score} target={target} />
      <ChallengeOutcome attempt={attempt} />
      <p class="answers">
        <button type="button" class="button" onClick={() => tryAgain(target)}>
          {words.tryAgain}
        </button>
        <button
          type="button"
          class="button"
          aria-expanded={showsModel.value}
          onClick={() => {
            showsModel.value = !showsModel.value;
          }}
        >
          {words.seeItWritten}
        </button>
        {isLatest(attempt) && (
          <button
            type="button"
            class="button button-quiet"
            aria-expanded={isChanging.value}
            onClick={() => {
              isChanging.value = !isChanging.value;
            }}
          >
            {words.notThis(target)}
          </button>
        )}
      </p>
      {isChanging.value && <ChangeTarget attempt={attempt} target={target} />}
      {showsModel.value && <SeeItWritten attempt={attempt} character={target} />}
      <Earlier attempt={attempt} character={target} />
      {attempt.ink && <ShareButton id={attempt.id} />}
      {canBeExemplar(attempt) && <ExemplarSwitch attempt={attempt} />}
    </>
  );
}

import type { Attempt } from "../api";
import { Judgement } from "../components/Judgement";
import { canBeExemplar, POOR } from "../state/attempts";
import { ExemplarSwitch } from "./ExemplarSwitch";
import { HowToWrite } from "./HowToWrite";
import { ShareButton } from "./ShareButton";

/** The judgement of an attempt with a target, with buttons for the writer. */
export function ScoreView({ attempt }: { attempt: Attempt }) {
  const { score, target } = attempt;
  if (!score || !target) return null;
  return (
    <>
      <Judgement attempt={attempt} score={score} target={target} />
      {score.legibility < POOR && <HowToWrite key={target} character={target} />}
      {attempt.ink && <ShareButton id={attempt.id} />}
      {canBeExemplar(attempt) && <ExemplarSwitch attempt={attempt} />}
    </>
  );
}

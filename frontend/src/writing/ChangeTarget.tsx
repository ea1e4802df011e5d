import type { Attempt } from "../api";
import { words as common } from "../words";
import { Candidates } from "./Candidates";

/** The other candidates of an attempt, for a writer who meant another character than its target. */
export function ChangeTarget({ attempt, target }: { attempt: Attempt; target: string }) {
  const others = attempt.candidates
    .map((one) => {
      const [character = "", ...lookalikes] = [one.character, ...one.lookalikes].filter(
        (each) => each !== target,
      );
      return { ...one, character, lookalikes };
    })
    .filter(({ character }) => character);
  return (
    <section class="change-target" aria-label={common.whichOne}>
      <Candidates attempt={{ ...attempt, candidates: others, alone_also: [] }} />
    </section>
  );
}

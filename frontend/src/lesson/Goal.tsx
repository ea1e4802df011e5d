import { today } from "./lesson";
import { words } from "./words";

/** How much of today's goal is reached. */
export function Goal() {
  if (!today.value) return null;
  const { written, writings } = today.value.goal;
  return (
    <div class="goal">
      <p id="goal">{written >= writings ? words.goalReached(written) : words.goalOf(written, writings)}</p>
      <progress max={writings} value={Math.min(written, writings)} aria-labelledby="goal" />
    </div>
  );
}

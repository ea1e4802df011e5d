import { today } from "./lesson";
import { words } from "./words";

/** Today's goal and how much of it is reached. */
export function Goal() {
  if (!today.value?.goal) return null;
  const { written, writings: goal } = today.value.goal;
  return (
    <div class="goal">
      <p id="goal">{written >= goal ? words.goalReached(written) : words.goalOf(written, goal)}</p>
      <progress max={goal} value={Math.min(written, goal)} aria-labelledby="goal" />
    </div>
  );
}

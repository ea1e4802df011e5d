import { goTo, nextTask, stage, step } from "./lines";
import { score } from "./sending";

/** The main button: the next square, the score, the next task. */
export function proceed(): void {
  if (stage.value === "result" || stage.value === "kept") nextTask();
  else if (stage.value !== "writing") return;
  else if (step.value === "score") score();
  else if (step.value !== null) goTo(step.value);
}

import { useComputed } from "@preact/signals";
import { meaning, readings } from "../guidance/Description";
import { words as common } from "../words";
import { lesson, phase, result, turn } from "./lesson";
import { position } from "./turns";
import { words } from "./words";

/** Announces each prompt and result to screen readers. The summary takes the focus instead. */
export function Announcer() {
  const text = useComputed(() => {
    if (!turn.value || !lesson.value) return "";
    if (phase.value === "sending") return common.reading;
    const attempt = result.value;
    if (attempt?.score && attempt.target) return common.announceScore(attempt.target, attempt.score);
    if (attempt) return attempt.status === "failed" ? common.failed : common.stillReading;
    const { review, isRepeat } = turn.value;
    const { number, of } = position(lesson.value);
    return words.announceTurn(words.position(number, of, isRepeat), words.script(review, phase.value), [
      meaning(review),
      ...readings(review),
    ]);
  });
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
}

import { useComputed } from "@preact/signals";
import { words as common } from "../words";
import { keptAs, line, session, stage, task } from "./lines";
import { readingOf, scriptsOf } from "./Prompt";
import { position } from "./session";
import { words } from "./words";

/** Announces each task, square and result to screen readers. The summary takes the focus instead. */
export function Announcer() {
  const text = useComputed(() => {
    if (stage.value === "sending") return common.reading;
    if (keptAs.value) return words.kept;
    if (line.value?.status === "queued") return common.stillReading;
    if (line.value?.status === "failed") return words.failed;
    if (line.value) return words.announceResult(line.value);
    if (stage.value !== "writing" || !session.value || !task.value) return "";
    const { text: asked, word } = task.value;
    const { current, squares } = session.value;
    const square = words.announceSquare(current + 1, squares.length);
    if (current > 0 || !asked) return square;
    const { number, of, isRepeat } = position(session.value);
    const prompt = word
      ? [words.hint([...asked].length, scriptsOf(asked)), readingOf(word), ...word.meanings].filter(Boolean)
      : [asked];
    return words.announceTask(words.position(number, of, isRepeat), prompt);
  });
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
}

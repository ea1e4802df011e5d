import { MixedText } from "../components/MixedText";
import { meaning, Readings } from "../guidance/Description";
import { phase, turn } from "./lesson";
import { words } from "./words";

/** The character to write, described by its meanings and readings. */
export function Prompt() {
  if (!turn.value) return null;
  const { review } = turn.value;
  return (
    <header class="prompt">
      <p class="prompt-script">
        {words.script(review, phase.value)}
        {phase.value === "meeting" && <span> · {words.mayTrace}</span>}
      </p>
      <h1>
        <MixedText text={meaning(review)} />
      </h1>
      <Readings of={review} />
    </header>
  );
}

import type { Review } from "../api";
import { MixedText } from "../components/MixedText";
import { phase, turn } from "./lesson";
import { words } from "./words";

/** More meanings or readings of a kind don't help to remember a character. */
const MAX_SHOWN = 3;

/** The character's meanings, or its name, or the character itself if it has neither. */
export const meaning = ({ meanings, said: name, script, character }: Review): string =>
  meanings.slice(0, MAX_SHOWN).join(", ") || (script !== "latin" && name) || character;

export const readings = ({ on, kun }: Review): string[] => [
  ...on.slice(0, MAX_SHOWN),
  ...kun.slice(0, MAX_SHOWN),
];

/** The character to write, described by its meanings and readings. */
export function Prompt() {
  if (!turn.value) return null;
  const { review } = turn.value;
  const shown = readings(review);
  return (
    <header class="prompt">
      <p class="prompt-script">{words.script(review, phase.value)}</p>
      <h1>
        <MixedText text={meaning(review)} />
      </h1>
      {shown.length > 0 && (
        <p class="prompt-readings" lang="ja">
          {shown.map((reading) => (
            <Reading key={reading} reading={reading} />
          ))}
        </p>
      )}
    </header>
  );
}

/** A reading. Its okurigana, the part after the dot, are set apart. */
function Reading({ reading }: { reading: string }) {
  const [stem, okurigana] = reading.split(".");
  return (
    <span>
      {stem}
      {okurigana && <span class="quiet">{okurigana}</span>}
    </span>
  );
}

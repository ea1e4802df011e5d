import type { Review } from "../api";
import { Mixed } from "../components/MixedText";
import { phase, turn } from "./lesson";
import { words } from "./words";

/** More meanings or readings of a kind than this are no help to remember by. */
const MOST = 3;

/** What the character means, or is called; itself where nobody knows either. */
export const meaning = ({ meanings, said, script, character }: Review): string =>
  meanings.slice(0, MOST).join(", ") || (script !== "latin" && said) || character;

export const readings = ({ on, kun }: Review): string[] => [...on.slice(0, MOST), ...kun.slice(0, MOST)];

/** What to write, asked by meaning and readings. */
export function Prompt() {
  if (!turn.value) return null;
  const { review } = turn.value;
  const read = readings(review);
  return (
    <header class="prompt">
      <p class="prompt-script">{words.script(review, phase.value)}</p>
      <h1>
        <Mixed text={meaning(review)} />
      </h1>
      {read.length > 0 && (
        <p class="prompt-readings" lang="ja">
          {read.map((reading) => (
            <Reading key={reading} reading={reading} />
          ))}
        </p>
      )}
    </header>
  );
}

/** Its okurigana, what follows the dot, set apart. */
function Reading({ reading }: { reading: string }) {
  const [stem, okurigana] = reading.split(".");
  return (
    <span>
      {stem}
      {okurigana && <span class="quiet">{okurigana}</span>}
    </span>
  );
}

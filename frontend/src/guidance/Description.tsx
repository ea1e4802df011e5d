import type { Described } from "../api";

/** More meanings or readings of a kind don't help to remember a character. */
const MAX_SHOWN = 3;

/** The character's meanings, or its name, or the character itself if it has neither. */
export const meaning = ({ meanings, said: name, script, character }: Described): string =>
  meanings.slice(0, MAX_SHOWN).join(", ") || (script !== "latin" && name) || character;

export const readings = ({ on, kun }: Described): string[] => [
  ...on.slice(0, MAX_SHOWN),
  ...kun.slice(0, MAX_SHOWN),
];

/** The character's readings; nothing if it has none. */
export function Readings({ of }: { of: Described }) {
  const shown = readings(of);
  if (!shown.length) return null;
  return (
    <p class="readings" lang="ja">
      {shown.map((reading) => (
        <Reading key={reading} reading={reading} />
      ))}
    </p>
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

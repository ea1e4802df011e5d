import { useComputed } from "@preact/signals";
import { adopting, isLatest, shown } from "../state/attempts";
import { isSending } from "../state/paper";
import { excludedReading, otherReading, plausible } from "../state/readings";
import { words } from "../words";

/** Announces the result to screen readers. */
export function Announcer() {
  const text = useComputed(() => {
    const attempt = shown.value;
    if (isSending.value || (attempt && adopting.value === attempt.id)) return words.reading;
    if (!attempt) return "";
    const { status, score, target, known, candidates } = attempt;
    if (status === "queued") return words.stillReading;
    if (status === "failed") return words.failed;
    const other = (isLatest(attempt) && otherReading(attempt)) || excludedReading(attempt);
    if (other) return words.readsAs([other.character, ...other.lookalikes]);
    if (score && target) return words.announceScore(target, score);
    if (known === false) return words.unknown;
    const characters = plausible(candidates).map(({ character }) => character);
    return characters.length ? words.announceCandidates(characters.slice(0, 3)) : words.noCandidates;
  });
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
}

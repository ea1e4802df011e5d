import { useComputed } from "@preact/signals";
import { grouped } from "../components/candidates";
import { shown } from "../state/attempts";
import { isSending } from "../state/paper";
import { words } from "../words";

/** Announces the result to screen readers. */
export function Announcer() {
  const text = useComputed(() => {
    if (isSending.value) return words.reading;
    const attempt = shown.value;
    if (!attempt) return "";
    const { status, score, target, known, candidates } = attempt;
    if (status === "queued") return words.stillReading;
    if (status === "failed") return words.failed;
    if (score && target) return words.announceScore(target, score);
    if (known === false) return words.unknown;
    return words.announceCandidates(
      grouped(candidates)
        .slice(0, 3)
        .map(({ character }) => character),
    );
  });
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
}

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Attempt } from "../api";
import { type Milestones, readMilestones } from "./api";
import { Thumbnail } from "./Thumbnail";
import { words } from "./words";

/** The writer's first, best and latest attempt at the character before this one. */
export function Earlier({ attempt, character }: { attempt: Attempt; character: string }) {
  const found = useSignal<Milestones | null>(null);
  useEffect(() => {
    readMilestones(character, attempt.written_at).then(
      (milestones) => {
        found.value = milestones;
      },
      () => {}, // without a connection there is only this score
    );
  }, []);
  const earlier = found.value ? labelled(found.value) : [];
  if (!earlier.length) return null;
  return (
    <section class="earlier" aria-label={words.earlier}>
      <h2>{words.earlier}</h2>
      <ul class="earlier-attempts">
        {earlier.map(({ attempt: one, labels }) => (
          <li key={one.id}>
            <a href={`/history/${one.id}/`}>
              <Thumbnail attempt={one} />
              <span>{words.earlierScore(labels, one.score?.legibility ?? 0)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The milestones, each attempt once, with what it is: the only one is the latest. */
export function labelled(milestones: Milestones): { attempt: Attempt; labels: string[] }[] {
  const found: { attempt: Attempt; labels: string[] }[] = [];
  for (const name of ["first", "best", "latest"] as const) {
    const attempt = milestones[name];
    const known = found.find((one) => one.attempt.id === attempt?.id);
    if (known) known.labels.push(words[name]);
    else if (attempt) found.push({ attempt, labels: [words[name]] });
  }
  return found.length === 1 ? found.map(({ attempt }) => ({ attempt, labels: [words.latest] })) : found;
}

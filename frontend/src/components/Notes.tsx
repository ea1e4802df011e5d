import type { Score } from "../api";
import { words } from "../words";
import { MixedText } from "./MixedText";

/** Strokes that end differently from the school form. They are accepted, so they stand apart from the remarks. */
export function Notes({ notes }: { notes: Score["notes"] }) {
  if (!notes.length) return null;
  return (
    <section class="notes" aria-label={words.notes}>
      <p class="notes-title">{words.notes}</p>
      <ul>
        {notes.map(({ text }) => (
          <li key={text}>
            <MixedText text={text} />
          </li>
        ))}
      </ul>
      <p class="quiet">{words.notesMean}</p>
    </section>
  );
}

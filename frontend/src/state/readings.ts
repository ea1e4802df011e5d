/** Decides from an attempt's candidates which character a reader would see. */

import type { Attempt, Candidate } from "../api";
import { grouped } from "../components/candidates";
import { BANDS } from "../limits.generated";

/** Probability of a candidate that is worth showing although it is of another script; higher shows fewer. */
const LIKELY = 0.1;
/** Form from which on the strokes fit the target, so that it was meant, however it reads; higher is stricter. */
const FITTING = 50;

/** A script that a reader expects: Latin letters and digits occur together. */
const SCRIPTS = [/[\u3041-\u309f]/, /[\u30a0-\u30ff]/, /\p{Script=Han}/u, /[0-9A-Za-z]/];
const scriptOf = (character: string): number => SCRIPTS.findIndex((script) => script.test(character));

/** The character of a candidate, and its lookalikes. */
export const charactersOf = ({ character, lookalikes }: Candidate): string[] => [character, ...lookalikes];

/** The candidates worth asking about: those that would score and share the likeliest one's script or are likely themselves. */
export function plausible(candidates: readonly Candidate[]): Candidate[] {
  const groups = grouped(candidates).filter(({ legibility }) => legibility > 0);
  const script = scriptOf(groups[0]?.character ?? "");
  return groups.filter(
    (group) => group.confidence >= LIKELY || charactersOf(group).some((one) => scriptOf(one) === script),
  );
}

/** The character that an attempt without a target clearly reads as, alone; "" if there is none. */
export function clearReading(attempt: Attempt): string {
  const { status, target, known, candidates, alone_also, excluded } = attempt;
  if (status !== "scored" || target || !known || alone_also.length || excluded) return "";
  const [first, second] = plausible(candidates);
  const isClear = first && !first.lookalikes.length && first.legibility >= BANDS.clear;
  return isClear && (second?.confidence ?? 0) < LIKELY ? first.character : "";
}

/** What was clearly written instead of the target; null if the target may have been meant, as a misreading that has a
 * reason shows. */
export function otherReading(attempt: Attempt): Candidate | null {
  const { target, score, candidates, excluded } = attempt;
  if (!target || !score || score.legibility >= BANDS.doubtful || (score.form ?? 0) >= FITTING) return null;
  const [likeliest] = [...candidates, ...(excluded ? [excluded] : [])].sort((a, b) => b.alone - a.alone);
  if (!likeliest || likeliest.legibility < BANDS.clear) return null;
  const read = charactersOf(likeliest);
  const isExplained = score.reasons.some(({ character }) => read.includes(character));
  return isExplained || read.includes(target) ? null : likeliest;
}

/** The character that was clearly written although the chosen scripts exclude it; null if there is none. */
export const excludedReading = ({ target, excluded }: Attempt): Candidate | null =>
  !target && excluded && excluded.legibility >= BANDS.clear ? excluded : null;

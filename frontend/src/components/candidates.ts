import type { Candidate } from "../api";

/** The candidates without those that an earlier one lists among its lookalikes. */
export function grouped(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ character, lookalikes }) => {
    const isNew = !seen.has(character);
    for (const one of [character, ...lookalikes]) seen.add(one);
    return isNew;
  });
}

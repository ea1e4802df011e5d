/** The texts of guidance while writing, in English. The other languages have the same keys. */

import type { Guidance } from "../choice";

export const words = {
  guidance: "Guidance",
  choices: {
    memory: "From memory",
    hints: "Hints",
    fading: "Fading reference",
    trace: "Trace",
  } satisfies Record<Guidance, string>,
  explanations: {
    memory: "Blank paper. You can show the reference at any time.",
    hints: "Blank paper. After two strokes that miss, the next stroke is shown.",
    fading: "The reference fades as you write. After two misses, the next stroke is shown.",
    trace: "The reference lies under your ink.",
  } satisfies Record<Guidance, string>,
  hint: (stroke: number) => `Hint: stroke ${stroke}`,
  show: "Show reference",
  hide: "Hide reference",
  sawReference: "You saw the reference, so this is due again within a week.",
};

export type Words = typeof words;

/** How much help the writer wants while writing. This device remembers it, for the writing page and lessons alike. */

import { effect, signal } from "@preact/signals";
import { persistent, recall, remember } from "../storage";

/** From the least help to the most. */
export const GUIDANCE = ["memory", "hints", "fading", "trace"] as const;
export type Guidance = (typeof GUIDANCE)[number];

const isGuidance = (value: unknown): value is Guidance => GUIDANCE.includes(value as Guidance);

export const guidance = signal<Guidance>(recall<Guidance>(persistent, "guidance", "memory", isGuidance));

effect(() => remember(persistent, "guidance", guidance.value));

export function chooseGuidance(chosen: Guidance): void {
  guidance.value = chosen;
}

/** Whether the whole reference lies under the ink, at least at first. */
export const showsReference = (chosen: Guidance): boolean => chosen === "fading" || chosen === "trace";

/** Whether the next stroke is shown after misses. */
export const givesHints = (chosen: Guidance): boolean => chosen === "hints" || chosen === "fading";

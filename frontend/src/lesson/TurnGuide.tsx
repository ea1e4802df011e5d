import { signal } from "@preact/signals";
import type { Reference } from "../api";
import { turnGuidance } from "./lesson";

/** Loaded after the lesson itself, since a turn begins without it. */
const loaded = signal<typeof import("../guidance/Guide") | null>(null);
import("../guidance/Guide").then(
  (parts) => {
    loaded.value = parts;
  },
  () => {}, // without a connection there is no guidance
);

/** The guidance of this turn, under the ink. */
export const TurnGuide = ({ character, reference }: { character: string; reference: Reference }) =>
  loaded.value && (
    <loaded.value.Guide character={character} reference={reference} guidance={turnGuidance.value} />
  );

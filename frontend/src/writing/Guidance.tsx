/** Guidance for the practised character. It is loaded once a character is chosen; without a connection there is none. */

import { effect, signal } from "@preact/signals";
import { practised } from "../state/paper";

const loaded = signal<typeof import("../guidance/practise") | null>(null);

effect(() => {
  if (practised.value && !loaded.peek())
    import("../guidance/practise").then(
      (parts) => {
        loaded.value = parts;
      },
      () => {},
    );
});

export const PaperGuide = () => loaded.value && <loaded.value.PaperGuide />;
export const PractiseCard = () => loaded.value && <loaded.value.PractiseCard />;

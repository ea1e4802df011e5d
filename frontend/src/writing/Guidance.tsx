/** Guidance for the practised character. It is loaded once a character is chosen; without a connection there is none. */

import { effect, signal } from "@preact/signals";
import { practised } from "../state/paper";

const loaded = signal<typeof import("../guidance/practise") | null>(null);

const isLoading = signal(false);

effect(() => {
  if (!practised.value || loaded.peek()) return;
  isLoading.value = true;
  import("../guidance/practise")
    .then(
      (parts) => {
        loaded.value = parts;
      },
      () => {},
    )
    .finally(() => {
      isLoading.value = false;
    });
});

export const PaperGuide = () => loaded.value && <loaded.value.PaperGuide />;
/** Keeps the place of the card while it is loaded, so that nothing moves. */
export const PractiseCard = () =>
  loaded.value ? <loaded.value.PractiseCard /> : isLoading.value && <section class="practise-card" />;

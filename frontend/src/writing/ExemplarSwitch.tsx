import type { Attempt } from "../api";
import { changingExemplar, offerAsExemplar } from "./exemplars";
import { words } from "./words";

/** Offers a good attempt as an exemplar that others can see, or withdraws it. */
export function ExemplarSwitch({ attempt: { id, exemplar } }: { attempt: Attempt }) {
  return (
    <div class="exemplar">
      <p class="quiet">{exemplar ? words.exemplarStates[exemplar] : words.offerExemplarMeans}</p>
      {exemplar !== "refused" && (
        <button
          type="button"
          class="button"
          aria-disabled={changingExemplar.value === id}
          onClick={() => offerAsExemplar(id, !exemplar)}
        >
          {exemplar ? words.withdrawExemplar : words.offerExemplar}
        </button>
      )}
    </div>
  );
}

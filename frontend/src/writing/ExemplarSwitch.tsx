import type { Attempt } from "../api";
import { changing, showAsExample } from "../state/state";
import { words } from "../words";

/** Whether others may see a good writing; its writer decides, at any time. */
export function ExampleSwitch({ attempt: { id, exemplar } }: { attempt: Attempt }) {
  return (
    <div class="example">
      <p class="quiet">{exemplar ? words.exampleStates[exemplar] : words.showExampleMeans}</p>
      {exemplar !== "refused" && (
        <button
          type="button"
          class="button"
          aria-disabled={changing.value === id}
          onClick={() => showAsExample(id, !exemplar)}
        >
          {exemplar ? words.takeBack : words.showExample}
        </button>
      )}
    </div>
  );
}

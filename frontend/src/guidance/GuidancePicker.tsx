import "./guidance.css";
import { chooseGuidance, GUIDANCE, type Guidance, guidance } from "./choice";
import { words } from "./words";

/** Chooses how much help there is while writing. `isBrief` leaves out the explanation. */
export function GuidancePicker({ isBrief = false }: { isBrief?: boolean }) {
  return (
    <div class="guidance">
      <label>
        <span>{words.guidance}</span>
        <select
          aria-label={words.guidance}
          class="button button-quiet"
          value={guidance.value}
          title={words.explanations[guidance.value]}
          onChange={(event) => chooseGuidance(event.currentTarget.value as Guidance)}
          onKeyDown={(event) => event.stopPropagation()} // its keys are no shortcuts
        >
          {GUIDANCE.map((one) => (
            <option key={one} value={one}>
              {words.choices[one]}
            </option>
          ))}
        </select>
      </label>
      {!isBrief && <p class="quiet">{words.explanations[guidance.value]}</p>}
    </div>
  );
}

import type { Thickness } from "../ink/draw";
import { chooseThickness, thickness } from "../state/paper";
import { words } from "../words";

/** Five dots, each as wide as the line that it stands for. */
export function ThicknessPicker() {
  return (
    <fieldset class="thickness">
      <legend class="visually-hidden">{words.thickness}</legend>
      {words.thicknesses.map((name, i) => (
        <label key={name} class="thickness-choice" title={name}>
          <input
            type="radio"
            name="thickness"
            class="visually-hidden"
            checked={thickness.value === i}
            onChange={() => chooseThickness(i as Thickness)}
          />
          <span class={`dot dot-${i}`} aria-hidden="true" />
          <span class="visually-hidden">{name}</span>
        </label>
      ))}
    </fieldset>
  );
}

import { isIn, SCRIPTS } from "../scripts";
import { chosenScript, practised, script } from "../state/state";
import { words } from "../words";

/** Chips that say what will be written. One that the practised character isn't of can't be chosen. */
export function ScriptPicker() {
  return (
    <fieldset class="scripts">
      <legend class="visually-hidden">{words.script}</legend>
      {SCRIPTS.map((one) => (
        <label key={one} class="script-choice">
          <input
            type="radio"
            name="script"
            class="visually-hidden"
            checked={script.value === one}
            disabled={!isIn(one, practised.value)}
            onChange={() => {
              chosenScript.value = one;
            }}
          />
          <span class="chip">{words.scripts[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}

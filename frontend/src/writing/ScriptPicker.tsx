import { isIn, SCRIPTS } from "../scripts";
import { chooseScript, practised, script } from "../state/paper";
import { words } from "../words";

/** Radio buttons for the script. Those that the practised character doesn't belong to are disabled. */
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
            onChange={() => chooseScript(one)}
          />
          <span class="chip">{words.scripts[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}

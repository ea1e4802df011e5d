import { isSending } from "../state/paper";
import { chooseKind, direction, KINDS, kind, turnLine } from "./lines";
import { words } from "./words";

/** The choice of what to write, and in which direction. */
export function Kinds() {
  return (
    <div class="kinds">
      <fieldset class="scripts">
        <legend class="visually-hidden">{words.kind}</legend>
        {KINDS.map((one) => (
          <label key={one} class="script-choice">
            <input
              type="radio"
              name="kind"
              class="visually-hidden"
              checked={kind.value === one}
              disabled={isSending.value}
              onChange={() => chooseKind(one)}
            />
            <span class="chip">{words.kinds[one]}</span>
          </label>
        ))}
      </fieldset>
      <button
        type="button"
        class="tool"
        onClick={turnLine}
        aria-label={words.directions[direction.value]}
        title={words.directions[direction.value]}
      >
        <DirectionIcon />
      </button>
    </div>
  );
}

/** Squares in a row or in a column, and where writing goes. */
function DirectionIcon() {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <g transform={direction.value === "vertical" ? "rotate(90 12 12)" : undefined}>
        <path d="M3.5 5h5.5v5.5H3.5zM9 5h5.5v5.5H9zM14.5 5H20v5.5h-5.5zM4 16.5h15M15.5 13l3.5 3.5-3.5 3.5" />
      </g>
    </svg>
  );
}

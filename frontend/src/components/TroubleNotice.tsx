import { type Trouble as Said, trouble } from "../state/state";
import { words } from "../words";

/** What went wrong, and the way on. */
export function Trouble({ text, again, needsReload }: Said) {
  return (
    <div class="trouble" role="alert">
      <p>{text}</p>
      {again ? (
        <button type="button" class="button" onClick={again}>
          {needsReload ? words.reload : words.again}
        </button>
      ) : (
        <button
          type="button"
          class="button"
          onClick={() => {
            trouble.value = null;
          }}
        >
          {words.dismiss}
        </button>
      )}
    </div>
  );
}

import { trouble } from "../state";
import { words } from "../words";

/** What went wrong, and the way on. */
export function Trouble({ text, again }: { text: string; again?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <p>{text}</p>
      {again ? (
        <button type="button" class="button" onClick={again}>
          {words.again}
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

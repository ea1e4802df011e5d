import { dismissTrouble, type Trouble } from "../state/trouble";
import { words } from "../words";

/** An error, with a button that closes the notice, and retries or reloads the page where that may help. */
export function TroubleNotice({ text, retry, needsReload }: Trouble) {
  return (
    <div class="trouble" role="alert">
      <p>{text}</p>
      <button
        type="button"
        class="button"
        onClick={() => {
          dismissTrouble();
          retry?.();
        }}
      >
        {needsReload ? words.reload : retry ? words.tryAgain : words.close}
      </button>
    </div>
  );
}

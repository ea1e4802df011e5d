import { dismissTrouble, type Trouble } from "../state/trouble";
import { words } from "../words";

/** An error, with a button to retry, to reload the page or to close the notice. */
export function TroubleNotice({ text, retry, needsReload }: Trouble) {
  return (
    <div class="trouble" role="alert">
      <p>{text}</p>
      {retry ? (
        <button type="button" class="button" onClick={retry}>
          {needsReload ? words.reload : words.tryAgain}
        </button>
      ) : (
        <button type="button" class="button" onClick={dismissTrouble}>
          {words.close}
        </button>
      )}
    </div>
  );
}

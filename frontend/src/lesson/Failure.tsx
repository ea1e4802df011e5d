import { words as common } from "../words";
import { failure, loadToday } from "./lesson";

/** Says why the characters to practise couldn't be loaded, with a button to retry. */
export function Failure() {
  return (
    failure.value && (
      <div class="trouble" role="alert">
        <p>{failure.value}</p>
        <button type="button" class="button" onClick={loadToday}>
          {common.tryAgain}
        </button>
      </div>
    )
  );
}

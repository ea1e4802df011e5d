import { words as common } from "../words";
import { failure, look } from "./lesson";

/** Why it isn't known what there is to practise, and the way on. */
export function Failure() {
  return (
    failure.value && (
      <div class="trouble" role="alert">
        <p>{failure.value}</p>
        <button type="button" class="button" onClick={look}>
          {common.again}
        </button>
      </div>
    )
  );
}

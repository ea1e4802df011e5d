import { useSignal } from "@preact/signals";
import type { Line } from "./api";
import { choose, isChoosing } from "./meant";
import { words } from "./words";

/** Asks what a free line was meant to be; its characters are scored for that. */
export function Meant({ shown }: { shown: Line }) {
  const text = useSignal(shown.read_as);
  const count = shown.characters.length;
  const fits = [...text.value.trim()].length === count;
  if (count === 0 || shown.characters.some(({ attempt }) => attempt?.target)) return null;
  return (
    <form
      class="meant"
      onSubmit={(event) => {
        event.preventDefault();
        choose(text.value.trim());
      }}
    >
      <label for="meant">{words.meant}</label>
      <input
        id="meant"
        type="text"
        lang="ja"
        autocomplete="off"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        aria-describedby="meant-count"
      />
      <button type="submit" class="button" aria-disabled={!fits || isChoosing.value}>
        {words.scoreIt}
      </button>
      <p id="meant-count" class="quiet">
        {fits ? "" : words.needed(count)}
      </p>
    </form>
  );
}

import { useSignal } from "@preact/signals";
import { MixedText } from "../components/MixedText";
import { unreadable, writeOwn } from "./lines";
import { words } from "./words";

/** Most characters of a pasted text. */
const MAX_TEXT = 1000;

/** Asks for a text to write. */
export function OwnText() {
  const text = useSignal("");
  const isUseless = useSignal(false);
  return (
    <form
      class="own-form"
      onSubmit={async (event) => {
        event.preventDefault();
        const given = text.value.trim();
        if (given) isUseless.value = !(await writeOwn(given));
      }}
    >
      <h1>{words.own}</h1>
      <label for="own-text">{words.ownText}</label>
      <textarea
        id="own-text"
        lang="ja"
        rows={5}
        maxLength={MAX_TEXT}
        placeholder={words.ownExample}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        aria-describedby="own-count"
      />
      <p id="own-count" class="quiet">
        {words.ownCount([...text.value].length, MAX_TEXT)}
      </p>
      <div role="status">{isUseless.value && <p class="remark">{words.ownUseless}</p>}</div>
      <Unreadable />
      <button type="submit" class="main-button" aria-disabled={!text.value.trim()}>
        {words.ownStart}
      </button>
    </form>
  );
}

/** The characters that were left out of the text. */
export function Unreadable() {
  if (!unreadable.value.length) return null;
  return (
    <p class="unreadable" role="status">
      <MixedText text={words.unreadable(unreadable.value)} />
    </p>
  );
}

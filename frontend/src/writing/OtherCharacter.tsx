import { useSignal } from "@preact/signals";
import { choosing, mean } from "../state/state";
import { words } from "../words";
import { CharacterField } from "./CharacterField";

/** For a character that isn't among the candidates. */
export function OtherCharacter({ id }: { id: string }) {
  const character = useSignal("");
  return (
    <form
      class="other"
      onSubmit={(event) => {
        event.preventDefault();
        if (character.value) mean(id, character.value);
      }}
    >
      <CharacterField
        label={words.other}
        onCharacter={(typed) => {
          character.value = typed;
        }}
      />
      <button type="submit" class="button" disabled={!character.value || choosing.value !== ""}>
        {words.otherButton}
      </button>
    </form>
  );
}

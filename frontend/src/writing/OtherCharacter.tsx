import { useSignal } from "@preact/signals";
import { chooseTarget, choosing } from "../state/attempts";
import { CharacterField } from "./CharacterField";
import { words } from "./words";

/** A field for a target that isn't among the candidates. */
export function OtherCharacter({ id }: { id: string }) {
  const character = useSignal("");
  return (
    <form
      class="other"
      onSubmit={(event) => {
        event.preventDefault();
        if (character.value) chooseTarget(id, character.value);
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

import { practised } from "../state/state";
import { words } from "../words";
import { CharacterField } from "./CharacterField";

/** A character to practise is sent as what was meant, so its score comes at once. */
export function PractiseField() {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); // puts the phone's keyboard away
      }}
    >
      <CharacterField
        label={words.practise}
        description={words.practiseHint}
        value={practised.value}
        onCharacter={(character) => {
          practised.value = character;
        }}
      />
    </form>
  );
}

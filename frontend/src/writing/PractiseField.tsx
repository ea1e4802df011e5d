import { CloseIcon } from "../components/icons";
import { practise, practised } from "../state/paper";
import { words } from "../words";
import { CharacterField } from "./CharacterField";

/** The character to practise, with a button that removes it. It is sent as the target, so the score comes at once. */
export function PractiseField() {
  return (
    <form
      class="practise"
      onSubmit={(event) => {
        event.preventDefault();
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); // closes a phone's keyboard
      }}
    >
      <CharacterField
        label={words.practise}
        description={words.practiseHint}
        value={practised.value}
        onCharacter={practise}
      />
      {practised.value && (
        <button
          type="button"
          class="tool"
          aria-label={words.removeTarget}
          title={words.removeTarget}
          onClick={() => practise("")}
        >
          <CloseIcon />
        </button>
      )}
    </form>
  );
}

import { MixedText } from "../components/MixedText";
import { choosing } from "../state/attempts";
import { words } from "./words";

/** One button for each character that the writer may have meant. */
export function MeantButtons(props: { characters: string[]; onChoice: (character: string) => void }) {
  return props.characters.map((character) => (
    <button
      key={character}
      type="button"
      class="button"
      disabled={choosing.value !== ""}
      onClick={() => props.onChoice(character)}
    >
      <MixedText text={words.yesMeant(character)} />
    </button>
  ));
}

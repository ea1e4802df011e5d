/** A text field for one character: it keeps the last one typed, once the input method has composed it. */
export function CharacterField(props: {
  label: string;
  value?: string;
  description?: string;
  onCharacter: (character: string) => void;
}) {
  const take = (field: HTMLInputElement) => {
    const character = lastCharacter(field.value);
    field.value = character;
    props.onCharacter(character);
  };
  return (
    <label class="character-field">
      <span>{props.label}</span>
      <input
        type="text"
        lang="ja"
        value={props.value}
        title={props.description}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="done"
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => {
          if (!event.isComposing) take(event.currentTarget);
        }}
        onCompositionEnd={(event) => take(event.currentTarget)}
      />
    </label>
  );
}

/** The last code point, since 𠮟 is one character. */
export const lastCharacter = (text: string): string => Array.from(text.trim()).at(-1) ?? "";

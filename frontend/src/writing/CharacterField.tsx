import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { isOneCharacter, spelling } from "../spelling";
import { strokeCount } from "../state/paper";
import type { Found } from "./offers";

/** ms. Pause in typing after which the text is looked up. */
const PAUSE = 150;

/**
 * A text field for one character of the catalogue, in any spelling. For a reading it offers the characters; others are
 * refused. `onCharacter` gets "" while the text isn't one character.
 */
export function CharacterField(props: {
  label: string;
  value?: string;
  description?: string;
  onCharacter: (character: string) => void;
}) {
  const { label, value, description, onCharacter } = props;
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const found = useSignal<Found | null>(null);

  useEffect(() => {
    const input = field.current;
    // The text of a reading stays, although it isn't a character.
    if (!input || value === undefined || (!value && !isOneCharacter(input.value))) return;
    if (value !== input.value) show(value);
  }, [value]);
  useSignalEffect(() => {
    if (strokeCount.value) found.value = null; // the writer has begun
  });

  function show(text: string): void {
    clearTimeout(timer.current);
    found.value = null;
    if (field.current && field.current.value !== text) field.current.value = text;
  }

  function take(input: HTMLInputElement): void {
    const typed = spelling(input.value);
    show(typed);
    onCharacter(isOneCharacter(typed) ? typed : "");
    if (typed) timer.current = setTimeout(() => lookUp(typed), PAUSE);
  }

  async function lookUp(typed: string): Promise<void> {
    const answer = await import("./offers").then(
      (offers) => offers.lookUp(typed),
      () => null, // without a connection the server checks the character once it gets the attempt
    );
    if (!answer || field.current?.value !== typed) return;
    if (answer.character !== typed) {
      onCharacter(answer.character);
      if (answer.character || answer.isRefused) show(answer.character);
    }
    found.value = answer;
  }

  function choose(character: string): void {
    show(character);
    onCharacter(character);
    field.current?.focus();
  }

  const Offers = found.value?.Offers;
  return (
    <div class="character-entry">
      <label class="character-field">
        <span>{label}</span>
        <input
          ref={field}
          type="text"
          lang="ja"
          defaultValue={value}
          title={description}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="done"
          maxLength={24}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => {
            if (!event.isComposing) take(event.currentTarget);
          }}
          onCompositionEnd={(event) => take(event.currentTarget)}
          onKeyDown={(event) => {
            const [first] = found.value?.offers ?? [];
            if (event.key !== "Enter" || event.isComposing || !first || found.value?.character) return;
            event.preventDefault();
            choose(first);
          }}
        />
      </label>
      {found.value && Offers && <Offers found={found.value} onChoose={choose} />}
    </div>
  );
}

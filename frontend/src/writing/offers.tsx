/** Looks up what was typed as a character, and offers the characters of a reading. */

import type { ComponentType } from "preact";
import { findCharacters, Refusal } from "../api";
import { isOneCharacter } from "../spelling";
import { words as common } from "../words";
import { words } from "./words";
import "./offers.css";

export interface Found {
  /** The character that was typed; "" if the text is none, or none of the catalogue. */
  character: string;
  /** Other characters with that reading, name, meaning or variant, best first. */
  offers: readonly string[];
  /** The catalogue lacks the character that was typed, or has nothing that fits the text. */
  isRefused: boolean;
  /** Shows the offers, or why there are none. */
  Offers: ComponentType<OffersProps>;
}

interface OffersProps {
  found: Found;
  onChoose: (character: string) => void;
}

/** Offers at most. */
const LIMIT = 12;

/** Look up a text in the catalogue; null if the server doesn't answer. */
export async function lookUp(typed: string): Promise<Found | null> {
  const matches = await search(typed);
  if (!matches) return null;
  const isOne = isOneCharacter(typed);
  const character = isOne && matches.includes(typed) ? typed : "";
  const offers = matches.filter((one) => one !== typed);
  if (character || offers.length) return { character, offers, isRefused: isOne && !character, Offers };
  // Somebody may type several characters: the last one becomes the target.
  const last = [...typed].at(-1) ?? "";
  if (last !== typed && (await search(last))?.includes(last))
    return { character: last, offers: [], isRefused: false, Offers };
  return { character: "", offers: [], isRefused: true, Offers };
}

async function search(text: string): Promise<string[] | null> {
  try {
    return await findCharacters(text, LIMIT);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.status === 400 ? [] : null; // 400: no search, such as one with a colon
  }
}

function Offers({ found: { offers, isRefused }, onChoose }: OffersProps) {
  if (!offers.length && !isRefused) return null;
  return (
    <div class="offers">
      {isRefused && <p role="alert">{common.refusals.does_not_exist}</p>}
      {offers.length > 0 && (
        <fieldset class="offers-choices">
          <legend class="visually-hidden">{words.offers}</legend>
          {offers.map((character) => (
            <button key={character} type="button" class="offer" lang="ja" onClick={() => onChoose(character)}>
              {character}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  );
}

/** The spellings in which a character can be typed. The server has the same function. */

/** Variation selectors ask for a glyph, not for another character. */
const SELECTORS = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

/** `text` as the catalogue spells characters: composed, in their ordinary width, without variation selectors. */
export const spelling = (text: string): string =>
  text.replace(SELECTORS, "").replaceAll("゛", "\u3099").replaceAll("゜", "\u309a").normalize("NFKC").trim();

/** By code points, since 𠮟 is one character. */
export const isOneCharacter = (text: string): boolean => [...text].length === 1;

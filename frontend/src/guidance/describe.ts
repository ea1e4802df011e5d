import { type Described, readCharacter } from "../api";

/** The character's readings and meanings: on a French page French ones if they are known, on a Japanese page none. */
export async function describe(literal: string): Promise<Described> {
  const { literal: character, meanings, ...rest } = await readCharacter(literal);
  const { lang } = document.documentElement;
  const inFrench = lang === "fr" && meanings.fr.length > 0;
  return { ...rest, character, meanings: lang === "ja" ? [] : inFrench ? meanings.fr : meanings.en };
}

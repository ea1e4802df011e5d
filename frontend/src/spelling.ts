/** The spellings in which a character can be typed. The server has the same function; both pass tests/spellings.json. */

/** Variation selectors ask for a glyph, not for another character; format characters and the keycap don't show. */
const INVISIBLE = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]|\u20e3/gu;
/**
 * The voicing marks that stand by themselves, as the combining ones that compose; and the signs of Unicode's block of
 * further radicals, which copying from PDF files yields instead of the characters.
 */
const SAME_FROM = "゛゜⺝⺟⺠⻁⻃⻄⻑⻘⻝⻤⻨⻩⻫⻭⻯⺅⺉⺖⺘⺡⺣⺨⺩⺭⺾⺿⻀⻂⻌⻍⻎⻏⻖";
const SAME_TO = "\u3099\u309a月母民虎西西長青食鬼麦黄斉歯竜亻刂忄扌氵灬犭王礻艹艹艹衤辶辶辶阝阝";
const SAME = /[゛゜\u2e80-\u2eff]/gu;

/** `text` as the catalogue spells characters: composed, in their ordinary width, without variation selectors. */
export const spelling = (text: string): string =>
  text
    .replace(INVISIBLE, "")
    .replace(SAME, (sign) => SAME_TO[SAME_FROM.indexOf(sign)] ?? sign)
    .normalize("NFKC")
    .trim();

/** By code points, since 𠮟 is one character. */
export const isOneCharacter = (text: string): boolean => [...text].length === 1;

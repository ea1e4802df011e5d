import { MixedText } from "../components/MixedText";
import { direction, isOnePaper, isShown, session, task } from "./lines";
import { words } from "./words";

/** More meanings don't help to recall a word. */
const MAX_MEANINGS = 3;

const SCRIPTS = [
  ["kanji", /[\p{Script=Han}々]/u],
  ["hiragana", /[ぁ-ゖ]/],
  ["katakana", /[ァ-ヺー]/],
  ["alphanumeric", /[0-9A-Za-z]/],
] as const;
export type ScriptName = (typeof SCRIPTS)[number][0];

/** The scripts of a text, so that the learner knows what to write. */
export const scriptsOf = (text: string): ScriptName[] =>
  SCRIPTS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);

/** Says what to write: a word with its reading and meanings, a sentence with a gap, a text, or anything. */
export function Prompt() {
  if (!task.value || !session.value) return null;
  const { text, word } = task.value;
  if (!text)
    return (
      <header class="prompt">
        <h1>{words.freely}</h1>
        <p class="quiet">{isOnePaper.value ? words.onePaperText : words.freelyText}</p>
      </header>
    );
  if (!word)
    return (
      <header class="prompt">
        <p class="prompt-script">{words.copy}</p>
        <h1 class="own-text" lang="ja">
          {[...text].map((character, i) => (
            <span key={i} aria-current={i === session.value?.current || undefined}>
              {character}
            </span>
          ))}
        </h1>
      </header>
    );
  return (
    <header class="prompt">
      <p class="prompt-script">{words.hint([...text].length, scriptsOf(text))}</p>
      {session.value.kind === "cloze" ? <Cloze /> : <h1 lang="ja">{word.reading}</h1>}
      <p class="prompt-meaning">
        {session.value.kind === "cloze" && <span lang="ja">{word.reading} </span>}
        <MixedText text={word.meanings.slice(0, MAX_MEANINGS).join(", ")} />
      </p>
      {/* The squares and the paper show it to those who see. */}
      {isShown.value && (
        <p class="visually-hidden">
          {words.answer} <span lang="ja">{text}</span>
        </p>
      )}
    </header>
  );
}

/** The sentence, with a square for each character of its gap. */
function Cloze() {
  const { before = "", after = "", text = "" } = task.value ?? {};
  return (
    <h1 class="cloze" lang="ja" data-direction={direction.value}>
      {before}
      <span class="gap" role="img" aria-label={words.gap([...text].length)}>
        {[...text].map((_, i) => (
          <span key={i} />
        ))}
      </span>
      {after}
    </h1>
  );
}

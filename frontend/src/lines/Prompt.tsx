import { MixedText } from "../components/MixedText";
import { PhotoButton } from "../components/PhotoButton";
import { isSending } from "../state/paper";
import { showUnreachable } from "../state/trouble";
import type { Word } from "./api";
import { direction, isEmpty, isOnePaper, isShown, session, task } from "./lines";
import { words } from "./words";

/** More meanings don't help to recall a word. */
const MAX_MEANINGS = 3;
/** Other words that are excluded; more are rarer. */
const MAX_UNMEANT = 3;

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

/** The reading of a word, as a hint; "" if it would give the answer away. */
export const readingOf = ({ text, reading }: Word): string => (reading === text ? "" : reading);

/** Says what to write: a word with its reading and meanings, a sentence with a gap, a text, or anything. */
export function Prompt() {
  if (!task.value || !session.value) return null;
  const { text, word } = task.value;
  if (!text)
    return (
      <header class="prompt prompt-free">
        <div>
          <h1>{words.freely}</h1>
          <p class="quiet">{isOnePaper.value ? words.onePaperText : words.freelyText}</p>
        </div>
        <PhotoButton isDisabled={!isEmpty.value || isSending.value} onChoose={scorePhoto} />
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
  const reading = readingOf(word);
  const meanings = <MixedText text={word.meanings.slice(0, MAX_MEANINGS).join(", ")} />;
  const unmeant = word.unmeant ?? []; // a session that an earlier release stored lacks them
  const isCloze = session.value.kind === "cloze";
  return (
    <header class="prompt">
      <p class="prompt-script">{words.hint([...text].length, scriptsOf(text))}</p>
      {isCloze ? <Cloze /> : <h1 lang={reading ? "ja" : undefined}>{reading || meanings}</h1>}
      {(isCloze || reading || unmeant.length > 0) && (
        <p class="prompt-meaning">
          {isCloze && <span lang="ja">{reading} </span>}
          {(isCloze || reading) && <>{meanings} </>}
          {unmeant.length > 0 && (
            <small class="quiet">
              <MixedText text={words.unmeant(unmeant.slice(0, MAX_UNMEANT))} />
            </small>
          )}
        </p>
      )}
      {/* The squares and the paper show it to those who see. */}
      {isShown.value && (
        <p class="visually-hidden">
          {words.answer} <span lang="ja">{text}</span>
        </p>
      )}
    </header>
  );
}

/** The code for photographs is loaded on demand. */
function scorePhoto(file: File): void {
  import("./photo").then(
    (photo) => photo.scorePhoto(file),
    () => showUnreachable(() => scorePhoto(file)),
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

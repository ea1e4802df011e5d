import { MarkPicture } from "../components/MarkPicture";
import { MixedText } from "../components/MixedText";
import { EXEMPLARY, MARKS } from "../limits.generated";
import { MARK_NAMES, type Mark } from "../marks";
import { words as common } from "../words";
import { signedInWriter } from "../writer";
import type { Line, LineCharacter } from "./api";
import { CharacterResult } from "./CharacterResult";
import { remove } from "./deleting";
import { WrittenPicture } from "./InkPicture";
import { legibilityOf, line, photo, selected, session, task, writeAgain } from "./lines";
import { Meant } from "./Meant";
import { PhotoPicture } from "./PhotoPicture";
import { isUnreachable, sendAgain } from "./sending";
import { writtenOn } from "./session";
import { WordReport } from "./WordReport";
import { words } from "./words";

const photoRefusals: Record<string, string> = words.photoRefusals;

/** The result of the line: what a reader reads, each character, and how even they are. */
export function LineResult() {
  const shown = line.value;
  if (!shown) return null;
  if (shown.status === "queued")
    return (
      <div class="line-result">
        <h1 class="waiting">{common.stillReading}</h1>
        <p class="quiet">{isUnreachable.value ? common.noConnection : words.stillReadingText}</p>
      </div>
    );
  if (shown.status === "failed")
    return (
      <div class="line-result">
        <h1>{words.failed}</h1>
        {photo.value && <PhotoPicture picture={photo.value} shown={shown} />}
        <p class="quiet">
          {photo.value ? (photoRefusals[shown.failure] ?? words.photoFailed) : words.failedText}
        </p>
        <button type="button" class="button" onClick={photo.value ? writeAgain : sendAgain}>
          {photo.value ? words.again : common.tryAgain}
        </button>
      </div>
    );
  const character = shown.characters[selected.value];
  return (
    <div class="line-result">
      <Verdict shown={shown} />
      {photo.value && <PhotoPicture picture={photo.value} shown={shown} />}
      <div class="line-read">
        <ol class="line-characters" style={{ "--count": Math.max(shown.characters.length, 1) }}>
          {shown.characters.map((one, i) => (
            <li key={one.position}>
              <CharacterButton one={one} index={i} />
            </li>
          ))}
        </ol>
        <div class="line-about">
          {shown.remarks.length > 0 && (
            <section class="evenness" aria-label={words.evenness}>
              {shown.remarks.map(({ text, code }) => (
                <p key={code + text} class="remark">
                  <MixedText text={text} />
                </p>
              ))}
            </section>
          )}
          {!shown.text && <Meant key={shown.id} shown={shown} />}
          {character && <CharacterResult key={character.position} one={character} />}
          <p class="line-actions">
            <button type="button" class="button" onClick={writeAgain}>
              {words.again}
            </button>
            <button type="button" class="button button-quiet" onClick={() => remove(shown.id)}>
              {words.delete}
            </button>
            {task.value?.word && <WordReport key={task.value.text} word={task.value.text} />}
          </p>
        </div>
      </div>
    </div>
  );
}

/** The line as a reader reads it, beside the one that was asked for. */
function Verdict({ shown }: { shown: Line }) {
  const { text, read_as: readAs, is_right: isRight } = shown;
  const legibility = overall(shown);
  const comesAgain = isRight === false && !task.value?.isRepeat && session.value?.kind !== "free";
  return (
    <header class="verdict">
      {legibility !== null && <MarkPicture mark={markOfLine(legibility, isRight)} />}
      <div>
        <h1>
          {isRight === false ? words.shouldBe : words.readsAs}{" "}
          <b lang="ja">{isRight === false ? text : readAs}</b>
        </h1>
        {isRight === false && (
          <p class="remark">
            <MixedText text={words.isRead(readAs)} />
          </p>
        )}
        {legibility !== null && (
          <p class="verdict-score">
            {common.legibility} <strong>{legibility}</strong> <span>{common.outOf}</span>
          </p>
        )}
        {comesAgain && <p class="quiet">{words.comesAgain}</p>}
        {shown.saw_reference && signedInWriter() && <p class="quiet">{words.sawReference}</p>}
      </div>
    </header>
  );
}

/** Mean legibility, as the server gives it, or of what the writer says was meant; null without any. */
function overall({ legibility, characters }: Line): number | null {
  if (legibility !== null) return legibility;
  const scores = characters.map(legibilityOf).filter((score) => score !== null);
  return scores.length && scores.length === characters.length
    ? Math.floor(scores.reduce((sum, score) => sum + score, 0) / scores.length)
    : null;
}

/** The mark of a line: that of its legibility, but a misread one gets no circle. */
const markOfLine = (legibility: number, isRight: boolean | null): Mark =>
  (isRight !== false && MARK_NAMES.find((mark) => legibility >= MARKS[mark])) || "triangle";

const isMisread = ({ character, read_as: readAs }: LineCharacter): boolean =>
  character !== null && readAs !== character;

function CharacterButton({ one, index }: { one: LineCharacter; index: number }) {
  const { attempt, read_as: readAs, explanation, character } = one;
  const legibility = legibilityOf(one);
  const remarked = line.value?.remarks.some(({ characters }) => characters.includes(one.position));
  const ink = attempt?.ink ?? (session.value && writtenOn(session.value)?.inks[index]) ?? null;
  const state = isMisread(one)
    ? "misread"
    : explanation
      ? "decided"
      : (legibility ?? 100) < EXEMPLARY
        ? "weak"
        : "clear";
  return (
    <button
      type="button"
      class="line-character"
      data-state={state}
      aria-pressed={selected.value === index}
      aria-label={words.character(
        one.position,
        character ?? readAs,
        readAs,
        legibility,
        Boolean(explanation),
      )}
      onClick={() => {
        selected.value = index;
      }}
    >
      <span class="square" data-remarked={remarked || undefined}>
        <WrittenPicture ink={ink} image={attempt?.image ?? null} />
      </span>
      <span class="caption">
        <span lang="ja">{readAs || "?"}</span> <b>{legibility ?? ""}</b>
      </span>
    </button>
  );
}

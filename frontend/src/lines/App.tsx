import { useEffect } from "preact/hooks";
import { ReferenceFigure } from "../components/ReferenceFigure";
import { TroubleNotice } from "../components/TroubleNotice";
import { WritingArea } from "../components/WritingArea";
import { connectionNotice } from "../state/outbox";
import { trouble } from "../state/trouble";
import { words as common } from "../words";
import { Announcer } from "./Announcer";
import { deletion, undo } from "./deleting";
import { Kinds } from "./Kinds";
import { LineResult } from "./LineResult";
import {
  failure,
  isOnePaper,
  isShown,
  kind,
  load,
  mayWrite,
  session,
  shownDirection,
  stage,
  task,
} from "./lines";
import { OwnText, Unreadable } from "./OwnText";
import { Prompt } from "./Prompt";
import { Squares } from "./Squares";
import { Summary } from "./Summary";
import { position } from "./session";
import { Tools } from "./Tools";
import { words } from "./words";

/** The page on which words and sentences are written. `signUpUrl` is "" for a learner. */
export function App({ signUpUrl }: { signUpUrl: string }) {
  return (
    <>
      <Kinds />
      {connectionNotice.value}
      {deletion.value && <DeletedNotice />}
      <Stage signUpUrl={signUpUrl} />
      <Announcer />
    </>
  );
}

function Stage({ signUpUrl }: { signUpUrl: string }) {
  if (stage.value === "summary") return <Summary signUpUrl={signUpUrl} />;
  if (stage.value === "text")
    return (
      <>
        {trouble.value && <TroubleNotice {...trouble.value} />}
        <OwnText />
      </>
    );
  if (failure.value)
    return (
      <div class="trouble" role="alert">
        <h1 class="visually-hidden">{words.kinds[kind.value]}</h1>
        <p>{failure.value}</p>
        <button type="button" class="button" onClick={load}>
          {common.tryAgain}
        </button>
      </div>
    );
  if (stage.value === "loading") return <p class="waiting">{words.loading}</p>;
  return <Turn />;
}

function DeletedNotice() {
  useEffect(() => scrollTo(0, 0), []); // it stands above what was scrolled to
  return (
    <div class="trouble" role="status">
      <p>{common.deleted}</p>
      <button type="button" class="button" onClick={undo}>
        {common.undoDelete}
      </button>
    </div>
  );
}

/** One line: the prompt, the squares and the paper, or the result. */
function Turn() {
  const isWritten = stage.value === "result" || stage.value === "kept";
  const asked = [...(task.value?.text ?? "")][session.value?.current ?? 0];
  return (
    <section
      class="line-turn"
      data-stage={stage.value}
      data-direction={shownDirection.value}
      data-paper={isOnePaper.value ? "wide" : "square"}
      aria-label={words.kinds[kind.value]}
    >
      <Progress />
      <div class="line-prompt">
        {stage.value !== "result" && <Prompt />}
        <Unreadable />
        {trouble.value && <TroubleNotice {...trouble.value} />}
      </div>
      {stage.value === "kept" && (
        <div class="line-result">
          <h1>{words.kept}</h1>
          <p class="quiet">{words.keptText}</p>
        </div>
      )}
      {stage.value === "result" && <LineResult />}
      {!isWritten && (
        <div class="line-paper">
          {!isOnePaper.value && <Squares />}
          <WritingArea mayWrite={mayWrite}>
            {isShown.value && asked && (
              <div class="paper-reference">
                <ReferenceFigure key={asked} character={asked} />
              </div>
            )}
          </WritingArea>
        </div>
      )}
      <Tools />
    </section>
  );
}

/** A progress bar and the number of the current line. */
function Progress() {
  if (!session.value) return null;
  const { index, tasks } = session.value;
  if (kind.value === "free") return <div class="progress" />;
  const { number, of, isRepeat } = position(session.value);
  return (
    <div class="progress">
      <progress max={tasks.length} value={index} aria-hidden="true" />
      <p>{words.position(number, of, isRepeat)}</p>
    </div>
  );
}

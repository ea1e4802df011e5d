import { WritingArea } from "../components/WritingArea";
import { isSent } from "../state/paper";
import { words } from "../words";
import { Announcer } from "./Announcer";
import { History } from "./History";
import { ResultPanel } from "./ResultPanel";
import { Tools } from "./Tools";

/** The writing page: the paper and its tools, the open result, and the history. */
export function App() {
  return (
    <>
      <section class="writing" data-sent={isSent.value || undefined} aria-label={words.write}>
        <WritingArea />
        <Tools />
      </section>
      <div class="results">
        <ResultPanel />
        <History />
      </div>
      <Announcer />
    </>
  );
}

import { WritingArea } from "../components/WritingArea";
import { isSent } from "../state/paper";
import { words } from "../words";
import { Announcer } from "./Announcer";
import { PaperGuide, PractiseCard } from "./Guidance";
import { History } from "./History";
import { ResultPanel } from "./ResultPanel";
import { Tools } from "./Tools";

/** The writing page: the paper and its tools, the open result, and the history. */
export function App() {
  return (
    <>
      <section class="writing" data-sent={isSent.value || undefined} aria-label={words.write}>
        <WritingArea>
          <PaperGuide />
        </WritingArea>
        <Tools />
      </section>
      <div class="results">
        <PractiseCard />
        <ResultPanel />
        <History />
      </div>
      <Announcer />
    </>
  );
}

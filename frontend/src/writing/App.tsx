import { WritingArea } from "../components/WritingArea";
import { isSent } from "../state/state";
import { words } from "../words";
import { Announcer } from "./Announcer";
import { History } from "./History";
import { ResultPanel } from "./ResultPanel";
import { Tools } from "./Tools";

export function App() {
  return (
    <>
      <section class="sheet" data-sent={isSent.value || undefined} aria-label={words.write}>
        <WritingArea />
        <Tools />
      </section>
      <div class="reading">
        <ResultPanel />
        <History />
      </div>
      <Announcer />
    </>
  );
}

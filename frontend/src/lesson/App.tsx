import { Announcer } from "./Announcer";
import { stage } from "./lesson";
import { Start } from "./Start";
import { Summary } from "./Summary";
import { TurnView } from "./TurnView";

/** The lesson. `doneUrl` is the page to go to afterwards, `listsUrl` the one on which to choose what to practise. */
export function App({ doneUrl, listsUrl }: { doneUrl: string; listsUrl: string }) {
  return (
    <>
      {stage.value === "start" && <Start listsUrl={listsUrl} />}
      {stage.value === "turn" && <TurnView />}
      {stage.value === "summary" && <Summary doneUrl={doneUrl} />}
      <Announcer />
    </>
  );
}

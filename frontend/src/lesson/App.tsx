import { Announcer } from "./Announcer";
import { stage } from "./lesson";
import { Start } from "./Start";
import { Sheet } from "./Summary";
import { TurnView } from "./TurnView";

/** `done` is where one goes afterwards, `lists` where there is something to choose for practice. */
export function App({ done, lists }: { done: string; lists: string }) {
  return (
    <>
      {stage.value === "start" && <Start lists={lists} />}
      {stage.value === "turn" && <TurnView />}
      {stage.value === "summary" && <Sheet done={done} />}
      <Announcer />
    </>
  );
}

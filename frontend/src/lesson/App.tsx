import { Announcer } from "./Announcer";
import { stage } from "./lesson";
import { Start } from "./Start";
import { Summary } from "./Summary";
import { TurnView } from "./TurnView";

export interface Addresses {
  /** The page to go to afterwards. */
  done: string;
  /** The page on which to choose what to practise. */
  lists: string;
  /** The page on which a guest signs up; "" for a learner. */
  signUp: string;
}

/** The lesson. */
export function App({ done, lists, signUp }: Addresses) {
  return (
    <>
      {stage.value === "start" && <Start listsUrl={lists} />}
      {stage.value === "turn" && <TurnView />}
      {stage.value === "summary" && <Summary doneUrl={done} signUpUrl={signUp} />}
      <Announcer />
    </>
  );
}

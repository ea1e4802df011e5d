import type { ComponentChildren } from "preact";
import { words as common, explain } from "../words";
import type { LateAttempts } from "./late";
import { isOnline } from "./online";
import { isAny, type Outbox } from "./outbox";
import { words } from "./words";

const SIGN_IN = "/accounts/login/?next=/";
const CLAIM = "/accounts/claim/";

interface Props {
  outbox: Outbox;
  /** Missing on a page that asks for no targets. */
  late?: LateAttempts;
  isGuest: boolean;
}

/** The message about the connection and about waiting attempts; usually there is none. */
export function Notice(props: Props) {
  return (
    <div role="status">
      <CurrentMessage {...props} />
    </div>
  );
}

function CurrentMessage({ outbox, late, isGuest }: Props) {
  const waiting = outbox.waiting.value;
  const waitingOfOthers = outbox.waitingOfOthers.value;
  const blocked = outbox.blocked.value;
  if (outbox.refused.value)
    return (
      <Message text={words.refused(outbox.refused.value.message)}>
        <Button text={common.close} onClick={() => outbox.dismissRefused()} />
      </Message>
    );
  const isWaiting = isAny(waiting);
  if (isWaiting && outbox.isSending.value) return <Message text={words.sending(waiting)} />;
  if (isWaiting && blocked?.code === "another_writer")
    return (
      <Message text={words.waitingOfOthers(waiting)}>
        <LinkButton text={words.signIn} href={SIGN_IN} />
      </Message>
    );
  if (isWaiting && blocked)
    return (
      <Message text={explain(blocked)}>
        <Button text={common.reload} onClick={() => location.reload()} />
      </Message>
    );
  if (isWaiting)
    return (
      <Message text={words.waiting(waiting)}>
        {navigator.onLine && <Button text={words.sendNow} onClick={() => outbox.deliverNow()} />}
      </Message>
    );
  if (!isOnline.value) return <Message text={words.offline} />;
  if (late?.unanswered.value.length)
    return (
      <Message text={words.whichWereMeant(late.unanswered.value.length)}>
        <Button text={words.choose} onClick={() => late.ask()} />
      </Message>
    );
  if (outbox.hasSentGuests.value)
    return (
      <Message text={words.guestAttemptsSent}>
        <LinkButton text={words.claim} href={CLAIM} />
      </Message>
    );
  if (isGuest && isAny(waitingOfOthers))
    return (
      <Message text={words.waitingOfOthers(waitingOfOthers)}>
        <LinkButton text={words.signIn} href={SIGN_IN} />
      </Message>
    );
  return outbox.hasSent.value ? <Message text={words.sent} /> : null;
}

function Message({ text, children }: { text: string; children?: ComponentChildren }) {
  return (
    <div class="trouble">
      <p>{text}</p>
      {children}
    </div>
  );
}

function Button({ text, onClick }: { text: string; onClick: () => void }) {
  return (
    <button type="button" class="button" onClick={onClick}>
      {text}
    </button>
  );
}

function LinkButton({ text, href }: { text: string; href: string }) {
  return (
    <a class="button" href={href}>
      {text}
    </a>
  );
}

import type { ComponentChildren } from "preact";
import { words as pageWords, plainly } from "../words";
import { isOnline } from "./online";
import type { Outbox } from "./outbox";
import { words } from "./words";

const SIGN_IN = "/accounts/login/?next=/";
const CLAIM = "/accounts/claim/";

/** What there is to say of the connection and of what waits for it; mostly nothing. */
export function Notice(props: { outbox: Outbox; isAnybody: boolean }) {
  return (
    <div role="status">
      <News {...props} />
    </div>
  );
}

function News({ outbox, isAnybody }: { outbox: Outbox; isAnybody: boolean }) {
  const count = outbox.count.value;
  const others = outbox.others.value;
  const barred = outbox.barred.value;
  if (outbox.refused.value)
    return (
      <Said text={words.refused(outbox.refused.value.message)}>
        <Button text={pageWords.dismiss} act={() => outbox.dismiss()} />
      </Said>
    );
  if (count > 0 && outbox.isSending.value) return <Said text={words.sending(count)} />;
  if (count > 0 && barred?.code === "another_writer")
    return (
      <Said text={words.anothers(count)}>
        <Way text={words.signIn} href={SIGN_IN} />
      </Said>
    );
  if (count > 0 && barred)
    return (
      <Said text={plainly(barred)}>
        <Button text={pageWords.reload} act={() => location.reload()} />
      </Said>
    );
  if (count > 0)
    return (
      <Said text={words.kept(count)}>
        {navigator.onLine && <Button text={words.sendNow} act={() => outbox.hurry()} />}
      </Said>
    );
  if (!isOnline.value) return <Said text={words.offline} />;
  if (outbox.hasSentAnybodys.value)
    return (
      <Said text={words.sentAnybodys}>
        <Way text={words.claim} href={CLAIM} />
      </Said>
    );
  if (isAnybody && others > 0)
    return (
      <Said text={words.anothers(others)}>
        <Way text={words.signIn} href={SIGN_IN} />
      </Said>
    );
  return outbox.hasSent.value ? <Said text={words.sent} /> : null;
}

function Said({ text, children }: { text: string; children?: ComponentChildren }) {
  return (
    <div class="trouble">
      <p>{text}</p>
      {children}
    </div>
  );
}

function Button({ text, act }: { text: string; act: () => void }) {
  return (
    <button type="button" class="button" onClick={act}>
      {text}
    </button>
  );
}

function Way({ text, href }: { text: string; href: string }) {
  return (
    <a class="button" href={href}>
      {text}
    </a>
  );
}

import type { ComponentChildren } from "preact";
import { words as pageWords, plainly } from "../words";
import { isOnline } from "./online";
import type { Outbox } from "./outbox";
import { words } from "./words";

/** What there is to say of the connection and of what waits for it; mostly nothing. */
export function Notice({ outbox }: { outbox: Outbox }) {
  const count = outbox.count.value;
  return (
    <div role="status">
      {outbox.refused.value ? (
        <Said text={plainly(outbox.refused.value)}>
          <Button text={pageWords.dismiss} act={() => outbox.dismiss()} />
        </Said>
      ) : count > 0 && outbox.isSending.value ? (
        <Said text={words.sending(count)} />
      ) : count > 0 ? (
        <Said text={words.kept(count)}>
          {isOnline.value && <Button text={words.sendNow} act={() => outbox.hurry()} />}
        </Said>
      ) : !isOnline.value ? (
        <Said text={words.offline} />
      ) : (
        outbox.hasSent.value && <Said text={words.sent} />
      )}
    </div>
  );
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

import { useSignal } from "@preact/signals";
import type { Attempt } from "../api";
import { copyText } from "../share/copyText";
import { siteUrl } from "../share/siteUrl";
import { words } from "./words";

/** What a friend's challenge set, as the server wrote it into the page; undefined without a challenge. */
const challenge = (): DOMStringMap | undefined => document.querySelector<HTMLElement>(".challenge")?.dataset;

/** The score beside the one to beat, and a link that challenges back. */
export function ChallengeOutcome({ attempt: { target, score } }: { attempt: Attempt }) {
  const note = useSignal("");
  const set = challenge();
  if (!set || !target || !score || set.character !== target) return null;
  const { legibility } = score;
  const link = `${siteUrl()}/?practise=${encodeURIComponent(target)}&challenge=${legibility}`;
  const copy = async (): Promise<void> => {
    note.value = (await copyText(link)) ? words.copied : link; // to be copied by hand
  };
  return (
    <>
      {set.score !== undefined && (
        <p>
          <strong>{words.challenge(legibility, Number(set.score))}</strong>
        </p>
      )}
      <p class="answers">
        <button type="button" class="button" onClick={copy}>
          {words.challengeBack}
        </button>
        <span role="status">{note.value}</span>
      </p>
    </>
  );
}

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Attempt, Reason } from "../api";
import { MixedText } from "./MixedText";

type Pictures = ComponentType<{ attempt: Attempt; reason: Reason }>;

/** Why the attempt may be misread: each sentence once, with pictures that show the deciding strokes. */
export function Reasons({ attempt, reasons }: { attempt: Attempt; reasons: readonly Reason[] }) {
  const loaded = useSignal<{ Pictures: Pictures } | null>(null);
  useEffect(() => {
    if (!reasons.length) return;
    import("./ReasonPictures").then(
      ({ ReasonPictures }) => {
        loaded.value = { Pictures: ReasonPictures };
      },
      () => {}, // without a connection there are no pictures
    );
  }, [reasons.length > 0]);
  const likeliest = reasons.filter(({ text }, i) => reasons.findIndex((one) => one.text === text) === i);
  return likeliest.map((reason) => (
    <div key={reason.text} class="reason">
      <p lang={reason.language}>
        <MixedText text={reason.text} />
      </p>
      {reason.hint && (
        <p>
          <MixedText text={reason.hint} />
        </p>
      )}
      {loaded.value && <loaded.value.Pictures attempt={attempt} reason={reason} />}
    </div>
  ));
}

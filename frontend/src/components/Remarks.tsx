import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Attempt, Remark } from "../api";
import { words } from "../words";
import { MixedText } from "./MixedText";

type Pictures = ComponentType<{ attempt: Attempt; remark: Remark }>;

/** The remarks on the strokes. Pictures show the strokes of the chosen one. */
export function Remarks({ attempt }: { attempt: Attempt }) {
  const { remarks } = attempt.score ?? { remarks: [] };
  const chosen = useSignal(0);
  const loaded = useSignal<{ Pictures: Pictures } | null>(null);
  useEffect(() => {
    if (!remarks.length) return;
    import("./RemarkPictures").then(
      ({ RemarkPictures }) => {
        loaded.value = { Pictures: RemarkPictures };
      },
      () => {}, // without a connection there are no pictures
    );
  }, []);
  const remark = remarks[chosen.value];
  if (!remark) return null;
  return (
    <section class="remarks" aria-label={words.remarks}>
      <ol class="remarks-list">
        {remarks.map(({ text }, i) => (
          <li key={text}>
            <button
              type="button"
              class="remark"
              aria-pressed={i === chosen.value}
              onClick={() => {
                chosen.value = i;
              }}
            >
              <MixedText text={text} />
            </button>
          </li>
        ))}
      </ol>
      {loaded.value && <loaded.value.Pictures attempt={attempt} remark={remark} />}
    </section>
  );
}

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Attempt } from "../api";

interface Written {
  attempt: Attempt;
  character: string;
}

/** Shows how the target is written, beside and over the attempt. Loaded on demand, since most results don't show it. */
export function SeeItWritten(written: Written) {
  const loaded = useSignal<{ Pictures: ComponentType<Written> } | null>(null);
  useEffect(() => {
    import("./WrittenPictures").then(
      ({ WrittenPictures }) => {
        loaded.value = { Pictures: WrittenPictures };
      },
      () => {}, // without a connection there is only the score
    );
  }, []);
  return loaded.value && <loaded.value.Pictures {...written} />;
}

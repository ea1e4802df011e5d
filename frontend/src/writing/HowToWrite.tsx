import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

type Pictures = ComponentType<{ character: string }>;

/** How a high one is written. Most writings needn't be shown, so it is loaded when one does. */
export function HowWritten({ character }: { character: string }) {
  const loaded = useSignal<{ Pictures: Pictures } | null>(null);
  useEffect(() => {
    import("./HowToWritePictures").then(
      ({ HowWrittenPictures }) => {
        loaded.value = { Pictures: HowWrittenPictures };
      },
      () => {}, // without a connection the score stands alone
    );
  }, []);
  return loaded.value && <loaded.value.Pictures character={character} />;
}

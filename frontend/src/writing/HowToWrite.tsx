import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

type Pictures = ComponentType<{ character: string }>;

/** Shows how the character of a low score is written. Loaded on demand, since most results don't show it. */
export function HowToWrite({ character }: { character: string }) {
  const loaded = useSignal<{ Pictures: Pictures } | null>(null);
  useEffect(() => {
    import("./HowToWritePictures").then(
      ({ HowToWritePictures }) => {
        loaded.value = { Pictures: HowToWritePictures };
      },
      () => {}, // without a connection there is only the score
    );
  }, []);
  return loaded.value && <loaded.value.Pictures character={character} />;
}

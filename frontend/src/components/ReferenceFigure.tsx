import { useEffect } from "preact/hooks";
import { loadReference, references } from "../state/references";
import { ReferencePicture } from "./ReferencePicture";

/** How a character is written, or the printed character where that isn't known. */
export function ReferenceFigure({ character }: { character: string }) {
  useEffect(() => {
    loadReference(character);
  }, [character]);
  const reference = references.value[character];
  return reference ? (
    <ReferencePicture character={character} reference={reference} />
  ) : (
    <span class="reference-printed" lang="ja">
      {character}
    </span>
  );
}

import { useEffect } from "preact/hooks";
import { ReferencePicture } from "../components/ReferencePicture";
import { loadReference, references } from "./references";

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

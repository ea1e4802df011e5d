import { ReferencePicture } from "../components/ReferencePicture";
import { references } from "./lesson";

/** A character's reference, or the printed character until that is loaded. */
export function ReferenceFigure({ character }: { character: string }) {
  const reference = references.value[character];
  return reference ? (
    <ReferencePicture character={character} reference={reference} />
  ) : (
    <span class="reference-printed" lang="ja">
      {character}
    </span>
  );
}

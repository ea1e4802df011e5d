import { ReferencePicture } from "../components/ReferencePicture";
import { references } from "./lesson";

/** How a character is written; typed, until its strokes are here. */
export function Model({ character }: { character: string }) {
  const model = references.value[character];
  return model ? (
    <ReferencePicture character={character} model={model} />
  ) : (
    <span class="model-typed" lang="ja">
      {character}
    </span>
  );
}

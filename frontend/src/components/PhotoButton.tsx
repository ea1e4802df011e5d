import { useRef } from "preact/hooks";
import { words } from "../words";
import { CameraIcon } from "./icons";

/** Takes or chooses a photograph, and hands it to `onChoose`. */
export function PhotoButton({
  isDisabled,
  onChoose,
}: {
  isDisabled: boolean;
  onChoose: (file: File) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="tool photo-button"
        aria-disabled={isDisabled}
        onClick={() => !isDisabled && input.current?.click()}
      >
        <CameraIcon />
        {words.photo}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) onChoose(file);
          currentTarget.value = ""; // so that the same picture can be chosen again
        }}
      />
    </>
  );
}

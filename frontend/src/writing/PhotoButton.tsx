import { useRef } from "preact/hooks";
import { CameraIcon } from "../components/icons";
import { isSending } from "../state/paper";
import { showUnreachable } from "../state/trouble";
import { words } from "../words";

/** Takes or chooses a photograph to score. */
export function PhotoButton() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="tool photo-button"
        aria-disabled={isSending.value}
        onClick={() => input.current?.click()}
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
          take(currentTarget.files?.[0]);
          currentTarget.value = ""; // so that the same picture can be chosen again
        }}
      />
    </>
  );
}

/** The code for photographs is loaded on demand, since most visitors write on the screen. */
function take(file: File | undefined): void {
  if (!file) return;
  import("../photo/main").then(
    ({ scorePhoto }) => scorePhoto(file),
    () => showUnreachable(words.refusals.unreachable, () => take(file)),
  );
}

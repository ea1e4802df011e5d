/** The button that shares a picture of the server through the device's own dialog. It stays hidden where there is none. */

import { refusalOf, request } from "../api";
import { words } from "../share/words";

export function connectShareButton(button: HTMLButtonElement): void {
  const { url, name } = button.dataset;
  const note = button.parentElement?.querySelector("[role=status]");
  const probe = new File([], name ?? "", { type: "image/png" });
  if (!url || !name || !note || !navigator.canShare?.({ files: [probe] })) return;
  button.hidden = false;
  let file: File | null = null;

  button.addEventListener("click", async () => {
    note.textContent = "";
    button.disabled = true;
    try {
      // Browsers share only right after a press: if loading took too long, the next press shares.
      file ??= new File([await readPicture(url)], name, { type: "image/png" });
      await navigator.share({ files: [file] });
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) note.textContent = words.notShared;
    } finally {
      button.disabled = false;
    }
  });
}

/** A picture that the server draws. */
async function readPicture(url: string): Promise<Blob> {
  const response = await request(url);
  if (!response.ok) throw refusalOf(response, null);
  return response.blob();
}

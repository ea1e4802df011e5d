/** The buttons of a picture: share or copy it where the browser can, and save it. */

import { button, element } from "./elements";
import { words } from "./words";

/** `address`: where `file` can be saved from; `message`: a text shared with it; `say` shows a message in the dialog. */
export function pictureActions(
  file: File,
  address: string,
  message: string,
  say: (text: string) => void,
): HTMLElement {
  const data = { files: [file], text: message };
  const save = element("a", { className: "button", href: address, download: file.name }, words.save);
  // The file exists before a button is pressed: browsers share and copy only right after a press.
  const first = navigator.canShare?.(data)
    ? [button(words.share, "main-button", () => shareFile(data).then(say))]
    : "ClipboardItem" in window
      ? [button(words.copy, "button", () => copyPicture(file).then(say))]
      : [];
  return element("p", { className: "share-actions" }, ...first, save);
}

/** Resolves to a message for the dialog; "" if the device shows one itself. */
const shareFile = (data: ShareData): Promise<string> =>
  navigator.share(data).then(
    () => "",
    (error) => (error instanceof DOMException && error.name === "AbortError" ? "" : words.notShared),
  );

const copyPicture = (file: File): Promise<string> =>
  navigator.clipboard.write([new ClipboardItem({ "image/png": file })]).then(
    () => words.copied,
    () => words.notCopied,
  );

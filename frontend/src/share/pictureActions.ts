/** Ways to take a picture along: the device's own sharing where it takes files, else a download and the clipboard. */

import { button, element } from "./elements";
import { words } from "./words";

/** `say` tells what came of it. */
export function ways(file: File, message: string, say: (text: string) => void): HTMLElement {
  const data = { files: [file], text: message };
  const save = element(
    "a",
    { className: "button", href: URL.createObjectURL(file), download: file.name },
    words.save,
  );
  // Made at once, for it is only while the button's press counts that a browser shares or copies.
  const first = navigator.canShare?.(data)
    ? [button(words.share, "main-button", () => shareFile(data).then(say))]
    : "ClipboardItem" in window
      ? [button(words.copy, "button", () => copyPicture(file).then(say))]
      : [];
  return element("p", { className: "share-actions" }, ...first, save);
}

/** What to say of it: nothing of what the device itself says. */
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

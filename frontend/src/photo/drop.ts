/** Scores pictures that are pasted or dropped on the page. */

import { scorePhoto } from "./main";

export function acceptFiles(page: Document): void {
  page.addEventListener("paste", (event) => take(event, event.clipboardData));
  page.addEventListener("drop", (event) => take(event, event.dataTransfer));
  page.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); // so that files can be dropped
  });
}

function take(event: Event, data: DataTransfer | null): void {
  const [file] = data?.files ?? [];
  if (!file) return;
  event.preventDefault(); // otherwise the browser leaves the page for the picture
  scorePhoto(file);
}

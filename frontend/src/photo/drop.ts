/** Takes pictures that are pasted or dropped on the page. */

export function acceptFiles(page: Document, onPicture: (file: File) => void): void {
  function take(event: Event, data: DataTransfer | null): void {
    const [file] = data?.files ?? [];
    if (!file) return;
    event.preventDefault(); // otherwise the browser leaves the page for the picture
    onPicture(file);
  }
  page.addEventListener("paste", (event) => take(event, event.clipboardData));
  page.addEventListener("drop", (event) => take(event, event.dataTransfer));
  page.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); // so that files can be dropped
  });
}

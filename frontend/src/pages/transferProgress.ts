/** The progress of an export or import. Without script, a button reloads the page. */

/** ms between two requests. */
const PAUSE = 1500;

interface Transfer {
  status: "waiting" | "running" | "done" | "failed";
  done: number;
  total: number;
}

/** Move the progress bar in `line` until the transfer at `data-url` ends, then call `onEnd`, which reloads the page. */
export function followTransfer(line: HTMLElement, onEnd: () => void = () => location.reload()): void {
  const bar = line.querySelector("progress");
  const { url } = line.dataset;
  if (!bar || !url) return;
  async function poll(): Promise<void> {
    const answer = await fetch(url as string, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      const transfer = (await answer.json()) as Transfer;
      if (transfer.status === "done" || transfer.status === "failed") return onEnd();
      if (transfer.total && bar) {
        bar.max = transfer.total;
        bar.value = transfer.done;
      }
    } else if (answer) {
      return onEnd();
    }
    setTimeout(poll, PAUSE);
  }
  setTimeout(poll, PAUSE);
}

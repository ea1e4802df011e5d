/** How far an export or import is. Without this, "Look again" does. */

/** Between two looks, ms. */
const PAUSE = 1500;

export interface Transfer {
  status: "waiting" | "running" | "done" | "failed";
  done: number;
  total: number;
}

/** Move the bar of `line` along until the transfer at its address ends; then the page shows what came of it. */
export function follow(line: HTMLElement, over: () => void = () => location.reload()): void {
  const bar = line.querySelector("progress");
  const { url } = line.dataset;
  if (!bar || !url) return;
  async function look(): Promise<void> {
    const answer = await fetch(url as string, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      const transfer = (await answer.json()) as Transfer;
      if (transfer.status === "done" || transfer.status === "failed") return over();
      if (transfer.total && bar) {
        bar.max = transfer.total;
        bar.value = transfer.done;
      }
    } else if (answer) {
      return over();
    }
    setTimeout(look, PAUSE);
  }
  setTimeout(look, PAUSE);
}

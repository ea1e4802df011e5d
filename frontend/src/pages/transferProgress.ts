/** The progress of an export or import. Without script, a button reloads the page. */

import { call, isTemporary, Refusal } from "../api";

/** An export or import that is under way. */
interface Transfer {
  status: "waiting" | "running" | "done" | "failed";
  done: number;
  total: number;
}

/** ms between two requests. */
const PAUSE = 1500;

/** Move the progress bar in `line` until the transfer at `data-url` ends, then call `onEnd`, which reloads the page. */
export function followTransfer(line: HTMLElement, onEnd: () => void = () => location.reload()): void {
  const bar = line.querySelector("progress");
  const { url } = line.dataset;
  if (!bar || !url) return;
  async function poll(): Promise<void> {
    try {
      const { status, done, total } = await call<Transfer>("GET", url as string);
      if (status === "done" || status === "failed") return onEnd();
      if (total && bar) {
        bar.max = total;
        bar.value = done;
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!isTemporary(error)) return onEnd(); // the page says why, for example that the learner has signed out
    }
    setTimeout(poll, PAUSE);
  }
  setTimeout(poll, PAUSE);
}

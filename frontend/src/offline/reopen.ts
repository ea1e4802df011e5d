/** Opens the page that was asked for once the server answers again. */

import { request } from "../api";

/** ms between two questions whether it does. */
const PAUSE = 10_000;

export function reopenWhenOnline(reload: () => void = () => location.reload()): void {
  let isAsking = false;

  async function tryServer(): Promise<void> {
    if (isAsking || document.hidden) return;
    isAsking = true;
    const isUp = await isServerUp();
    isAsking = false;
    if (isUp) reload();
  }

  addEventListener("online", tryServer);
  document.addEventListener("visibilitychange", tryServer);
  setInterval(tryServer, PAUSE);
}

/** Whether the server answers: the browser may believe in a connection that leads nowhere. */
const isServerUp = (): Promise<boolean> =>
  request("/health/live", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );

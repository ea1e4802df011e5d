/** Opens the page that was asked for once the server answers again. */

/** ms between two questions whether it does: the browser may believe in a connection that leads nowhere. */
const PAUSE = 10_000;
const ADDRESS = "/health/live";

export function reopenWhenOnline(reload: () => void = () => location.reload()): void {
  let isAsking = false;

  async function tryServer(): Promise<void> {
    if (isAsking || document.hidden) return;
    isAsking = true;
    const answer = await fetch(ADDRESS, { cache: "no-store" }).catch(() => null);
    isAsking = false;
    if (answer?.ok) reload();
  }

  addEventListener("online", tryServer);
  document.addEventListener("visibilitychange", tryServer);
  setInterval(tryServer, PAUSE);
}

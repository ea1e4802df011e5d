/** Installs the service worker, so that the writing page opens without a connection. */

const SCRIPT = "/sw.js";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): {
    createScriptURL(url: string): string;
  };
}

export function installWorker(): void {
  // The Content-Security-Policy allows only script addresses that a policy of this name has made.
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  const policy = policies?.createPolicy("worker", {
    createScriptURL(url) {
      if (url !== SCRIPT) throw new TypeError(`${url} is not the service worker.`);
      return url;
    },
  });
  // Fails in private windows, for example: then the page needs a connection.
  navigator.serviceWorker?.register(policy?.createScriptURL(SCRIPT) ?? SCRIPT).catch(() => {});
}

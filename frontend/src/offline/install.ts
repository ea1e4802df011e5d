/** Have the page open without a connection, where the browser can. */

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
  // The pages' Content-Security-Policy takes no script's address that isn't made under this name.
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  const policy = policies?.createPolicy("worker", {
    createScriptURL(url) {
      if (url !== SCRIPT) throw new TypeError(`${url} is no script of ours.`);
      return url;
    },
  });
  navigator.serviceWorker?.register(policy?.createScriptURL(SCRIPT) ?? SCRIPT).catch(() => {}); // in a private window, for one: then the page needs a connection
}

/**
 * The service worker: without a connection it opens the pages on which one writes, and in place of every other page one that
 * says so.
 *
 * Its cache holds the script and CSS of one release and that release's offline pages, which name no user; never a
 * user's pages or an answer of the API. The next release installs its own cache beside it and takes over when the last page of
 * this release is closed, so that no page loses the chunks that it loads later.
 */

export {}; // a module, so that `self` can be declared

declare const self: ServiceWorkerGlobalScope;
/** The addresses of this release's files, and a name that changes with them. The build fills them in. */
declare const __FILES__: string[];
declare const __RELEASE__: string;

const FILES = new Set(__FILES__);
/** The pages that open without a connection, and what the cache has in their place. */
const OFFLINE: Readonly<Record<string, string>> = { "/": "/offline/", "/words/": "/offline/words/" };
/** What is shown in place of every other page. */
const NO_CONNECTION = "/offline/page/";
/** ms after which the offline page is shown instead of the page that was asked for. */
const TIMEOUT = 6000;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(openPage(event, url));
  else if (FILES.has(url.pathname)) event.respondWith(cached(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(__RELEASE__);
  await cache.addAll([...FILES]);
  await storeOfflinePages(cache);
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name !== __RELEASE__) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/** Store the offline pages. During a rollout they may come from the other release, whose files aren't in this cache. */
async function storeOfflinePages(cache: Cache): Promise<void> {
  for (const address of [NO_CONNECTION, ...Object.values(OFFLINE)]) {
    const page = await fetch(address, { cache: "no-store" });
    const files = (await page.clone().text()).match(/\/static\/assets\/[^"]+/g) ?? [];
    if (!page.ok || !files.every((file) => FILES.has(file))) throw new Error("Another release answered.");
    await cache.put(address, page);
  }
}

/** A page from the server. Without a connection, an offline page from the cache, at the same address. */
async function openPage(event: FetchEvent, url: URL): Promise<Response> {
  const answer: Promise<Response> = event.preloadResponse.then(
    (preloaded) => preloaded ?? fetch(event.request),
  );
  const offline = OFFLINE[url.pathname];
  try {
    if (!offline) return await answer;
    const page = await inTime(answer);
    event.waitUntil(followLanguage(page.headers.get("Content-Language")));
    return page;
  } catch (error) {
    const offlinePage = await caches.match(offline ?? NO_CONNECTION);
    if (!offlinePage) throw error;
    return offlinePage;
  }
}

function inTime(answer: Promise<Response>): Promise<Response> {
  const timeout = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error("Too late.")), TIMEOUT),
  );
  return Promise.race([answer, timeout]);
}

/** Store the offline pages anew if the visitor has changed the language. */
async function followLanguage(language: string | null): Promise<void> {
  const cache = await caches.open(__RELEASE__);
  const stored = await cache.match(NO_CONNECTION);
  if (stored?.headers.get("Content-Language") !== language) await storeOfflinePages(cache).catch(() => {});
}

async function cached(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/**
 * The service worker: it opens the writing page without a connection.
 *
 * Its cache holds the script and CSS of one release and that release's offline page, which names no user; never a user's
 * pages or an answer of the API. The next release installs its own cache beside it and takes over when the last page of
 * this release is closed, so that no page loses the chunks that it loads later.
 */

export {}; // a module, so that `self` can be declared

declare const self: ServiceWorkerGlobalScope;
/** The addresses of this release's files, and a name that changes with them. The build fills them in. */
declare const __FILES__: string[];
declare const __RELEASE__: string;

const FILES = new Set(__FILES__);
const OFFLINE_PAGE = "/offline/";
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
  await storeOfflinePage(cache);
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name !== __RELEASE__) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/** Store the offline page. During a rollout it may come from the other release, whose files aren't in this cache. */
async function storeOfflinePage(cache: Cache): Promise<void> {
  const page = await fetch(OFFLINE_PAGE, { cache: "no-store" });
  const files = (await page.clone().text()).match(/\/static\/assets\/[^"]+/g) ?? [];
  if (!page.ok || !files.every((file) => FILES.has(file))) throw new Error("Another release answered.");
  await cache.put(OFFLINE_PAGE, page);
}

/** A page from the server. Without a connection, the writing page from the cache; other pages redirect to it. */
async function openPage(event: FetchEvent, url: URL): Promise<Response> {
  const answer: Promise<Response> = event.preloadResponse.then(
    (preloaded) => preloaded ?? fetch(event.request),
  );
  try {
    if (url.pathname !== "/") return await answer;
    const page = await inTime(answer);
    event.waitUntil(followLanguage(page.headers.get("Content-Language")));
    return page;
  } catch (error) {
    const offlinePage = await caches.match(OFFLINE_PAGE);
    if (!offlinePage) throw error;
    return url.pathname === "/" ? offlinePage : Response.redirect("/");
  }
}

function inTime(answer: Promise<Response>): Promise<Response> {
  const timeout = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error("Too late.")), TIMEOUT),
  );
  return Promise.race([answer, timeout]);
}

/** Store the offline page anew if the visitor has changed the language. */
async function followLanguage(language: string | null): Promise<void> {
  const cache = await caches.open(__RELEASE__);
  const stored = await cache.match(OFFLINE_PAGE);
  if (stored?.headers.get("Content-Language") !== language) await storeOfflinePage(cache).catch(() => {});
}

async function cached(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

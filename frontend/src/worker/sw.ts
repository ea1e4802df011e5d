/**
 * The service worker: opens the writing page where there is no connection.
 *
 * It keeps the script and style of one release, and that release's page for nobody in particular; never what a learner
 * sees, nor an answer of the API. The next release installs its own beside it and takes over when the last page of this
 * one is closed, so that no page loses the parts that it loads later.
 */

export {}; // a module, so that it may say what `self` is here

declare const self: ServiceWorkerGlobalScope;
/** Of this release, filled in when it is built: addresses, and a name that changes with them. */
declare const __FILES__: string[];
declare const __RELEASE__: string;

const FILES = new Set(__FILES__);
const SHELL = "/offline/";
/** A page that takes longer is taken for lost. ms */
const PATIENCE = 6000;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(open(event, url));
  else if (FILES.has(url.pathname)) event.respondWith(kept(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(__RELEASE__);
  await cache.addAll([...FILES]);
  await keepShell(cache);
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name !== __RELEASE__) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/** The page for nobody. While one release follows another it may be of the other: then its parts aren't here. */
async function keepShell(cache: Cache): Promise<void> {
  const page = await fetch(SHELL, { cache: "no-store" });
  const parts = (await page.clone().text()).match(/\/static\/assets\/[^"]+/g) ?? [];
  if (!page.ok || !parts.every((part) => FILES.has(part))) throw new Error("Another release answers.");
  await cache.put(SHELL, page);
}

/** A page as the server has it; without a connection the writing page for nobody, and any other leads there. */
async function open(event: FetchEvent, url: URL): Promise<Response> {
  const asked: Promise<Response> = event.preloadResponse.then(
    (preloaded) => preloaded ?? fetch(event.request),
  );
  try {
    if (url.pathname !== "/") return await asked;
    const page = await inTime(asked);
    event.waitUntil(followLanguage(page.headers.get("Content-Language")));
    return page;
  } catch (error) {
    const shell = await caches.match(SHELL);
    if (!shell) throw error;
    return url.pathname === "/" ? shell : Response.redirect("/");
  }
}

function inTime(asked: Promise<Response>): Promise<Response> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("Too late.")), PATIENCE));
  return Promise.race([asked, late]);
}

/** The kept page speaks the language that the visitor chose last. */
async function followLanguage(language: string | null): Promise<void> {
  const cache = await caches.open(__RELEASE__);
  const shell = await cache.match(SHELL);
  if (shell?.headers.get("Content-Language") !== language) await keepShell(cache).catch(() => {});
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

// Served behind a first line that names what this release keeps (SETUP). It keeps files of the site and three
// pages that say nothing about anybody; an answer about a person is never stored.
importScripts(SETUP.push);

const CACHE = `crampdiary-${SETUP.version}`;
const KEPT = new Set(SETUP.files.map((file) => new URL(file, self.location).href));
const NIGHT = new RegExp(`^${SETUP.nights}(last|\\d{4}-\\d{2}-\\d{2})/$`);

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(SETUP.files.map((file) => new Request(file, { cache: "reload" })));
      for (const page of Object.values(SETUP.pages)) {
        // Asked as nobody, so that the page is nobody's.
        const reply = await fetch(`${page}?lang=${SETUP.language}`, { credentials: "omit", cache: "reload" });
        if (!reply.ok || reply.redirected) throw new Error(`${page}: ${reply.status}`);
        await cache.put(page, reply);
      }
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("crampdiary-") && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

const kept = async (page) => (await caches.open(CACHE)).match(page);

async function page(request, path) {
  if (path === SETUP.pages.now) return (await kept(path)) || fetch(request); // at once, whatever the network does
  try {
    return await fetch(request);
  } catch {
    return (await kept(NIGHT.test(path) ? SETUP.pages.night : SETUP.pages.page)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url.pathname));
  else if (KEPT.has(url.href)) event.respondWith(kept(request).then((file) => file || fetch(request)));
});

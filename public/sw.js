// Keeps what never changes (the package folder, whose name carries a hash of its contents) and the page that says that the
// server cannot be reached. Pages with values and answers of the API are never kept: what is shown is live or not shown.

const SHELL = "shell-1";
const PACKAGE = "package-1";
const OFFLINE = "/offline.html";
const SHELL_FILES = [OFFLINE, "/offline.css", "/offline.js", "/favicon.svg"];

self.addEventListener("install", (event) => {
    event.waitUntil(
        caches
            .open(SHELL)
            .then((cache) => cache.addAll(SHELL_FILES.map((path) => new Request(path, { cache: "reload" }))))
            .then(() => self.skipWaiting()),
    );
});

self.addEventListener("activate", (event) => {
    event.waitUntil(
        caches
            .keys()
            .then((names) =>
                Promise.all(names.filter((name) => name !== SHELL && name !== PACKAGE).map((name) => caches.delete(name))),
            )
            .then(() => self.clients.claim()),
    );
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) {
        return;
    }
    if (request.mode === "navigate") {
        event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
    } else if (/^\/pkg-[^/]+\//.test(url.pathname)) {
        event.respondWith(fromPackage(request, url));
    } else if (SHELL_FILES.includes(url.pathname)) {
        event.respondWith(fetch(request).catch(() => caches.match(url.pathname)));
    }
});

// A file of the package folder: kept at first use. Folders of earlier versions go when a new one comes.
async function fromPackage(request, url) {
    const cache = await caches.open(PACKAGE);
    const kept = await cache.match(request);
    if (kept) {
        return kept;
    }
    const answer = await fetch(request);
    if (answer.ok) {
        const folder = url.pathname.split("/")[1];
        for (const old of await cache.keys()) {
            if (new URL(old.url).pathname.split("/")[1] !== folder) {
                await cache.delete(old);
            }
        }
        await cache.put(request, answer.clone());
    }
    return answer;
}

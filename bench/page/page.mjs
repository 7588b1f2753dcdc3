// Loads the dashboard in headless Chromium, cold (a new context, so an empty cache) and warm (once more in the same context), and prints
// the medians as JSON. `node page.mjs URL LOADS`, with SESSION_TOKEN and PLAYWRIGHT_FOLDER (where @playwright/test is installed) set.
//
// Sizes are what DevTools counts: "wire" is compressed and with headers. Interactive is when the page says that it is hydrated, or the end
// of the last long task (over 50 ms) after which two seconds follow without one, whichever is later.

import { createRequire } from "node:module";
import { existsSync } from "node:fs";

const [url, loads] = [process.argv[2], Number(process.argv[3])];
const { chromium } = createRequire(`${process.env.PLAYWRIGHT_FOLDER}/package.json`)("@playwright/test");
/** How long a page is watched after it is loaded. */
const SETTLE_MS = 5_000;

const installed = [process.env.CHROMIUM, "/usr/bin/chromium"].find((path) => path && existsSync(path));
const browser = await chromium.launch({
  executablePath: installed,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** Runs in the page before anything of it: notes what the browser measures. */
function observe() {
  const seen = { longTasks: [], lcp: 0, fcp: 0, cls: 0, hydrated: 0 };
  window.__seen = seen;
  const on = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  on("longtask", (entry) => seen.longTasks.push([entry.startTime, entry.duration]));
  on("largest-contentful-paint", (entry) => (seen.lcp = entry.startTime));
  on("paint", (entry) => entry.name === "first-contentful-paint" && (seen.fcp = entry.startTime));
  on("layout-shift", (entry) => entry.hadRecentInput || (seen.cls += entry.value));
  const hydrated = () => {
    if (document.documentElement?.hasAttribute("data-hydrated")) seen.hydrated ||= performance.now();
  };
  new MutationObserver(hydrated).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-hydrated"] });
}

function interactive(seen) {
  let end = Math.max(seen.fcp, seen.hydrated);
  for (const [start, duration] of seen.longTasks) {
    if (start > end + 2_000) break;
    end = Math.max(end, start + duration);
  }
  return end;
}

/** What stood in the console, told once at the end. */
const complaints = new Set();

const kb = (bytes) => bytes / 1_000;

async function load(context) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Performance.enable");
  const requests = new Map();
  let errors = 0;
  session.on("Network.requestWillBeSent", (event) => requests.set(event.requestId, { type: event.type, url: event.request.url, wire: 0, decoded: 0 }));
  session.on("Network.dataReceived", (event) => { const request = requests.get(event.requestId); if (request) request.decoded += event.dataLength; });
  session.on("Network.loadingFinished", (event) => { const request = requests.get(event.requestId); if (request) request.wire += event.encodedDataLength; });
  const failed = (text) => { errors += 1; complaints.add(text); };
  page.on("console", (message) => { if (message.type() === "error") failed(`${message.text()} (${message.location().url})`); });
  page.on("pageerror", (error) => failed(String(error)));
  await page.addInitScript(observe);
  await page.goto(url, { waitUntil: "load", timeout: 30_000 });
  await page.waitForSelector("html[data-hydrated]", { state: "attached", timeout: 30_000 });
  await page.waitForTimeout(SETTLE_MS);
  const seen = await page.evaluate(() => window.__seen);
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const metric = (name) => metrics.find((one) => one.name === name)?.value ?? 0;
  await page.close();
  const all = [...requests.values()].filter((request) => request.type !== "WebSocket");
  const sum = (what, wanted = () => true) => kb(all.filter(wanted).reduce((total, request) => total + request[what], 0));
  return {
    requests: all.length,
    wire_kb: sum("wire"),
    decoded_kb: sum("decoded"),
    wasm_wire_kb: sum("wire", (request) => request.url.endsWith(".wasm")),
    script_wire_kb: sum("wire", (request) => request.type === "Script"),
    style_wire_kb: sum("wire", (request) => request.type === "Stylesheet"),
    html_wire_kb: sum("wire", (request) => request.type === "Document"),
    fcp_ms: seen.fcp,
    lcp_ms: seen.lcp,
    hydrated_ms: seen.hydrated,
    interactive_ms: interactive(seen),
    long_tasks: seen.longTasks.length,
    long_tasks_ms: seen.longTasks.reduce((total, [, duration]) => total + duration, 0),
    cls: seen.cls,
    heap_mb: metric("JSHeapUsedSize") / 1e6,
    nodes: metric("Nodes"),
    console_errors: errors,
  };
}

function medians(all) {
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return Object.fromEntries(Object.keys(all[0]).map((name) => [name, median(all.map((one) => one[name]))]));
}

const cold = [];
const warm = [];
try {
  for (let load_number = 0; load_number < loads; load_number += 1) {
    const context = await browser.newContext({ viewport: { width: 1366, height: 900 } });
    await context.addCookies([{ name: "sm_session", value: process.env.SESSION_TOKEN, url }]);
    cold.push(await load(context));
    warm.push(await load(context));
    await context.close();
  }
} finally {
  await browser.close();
}
complaints.forEach((text) => console.error(`in the console: ${text.slice(0, 500)}`));
console.log(JSON.stringify({ cold: medians(cold), warm: medians(warm) }));

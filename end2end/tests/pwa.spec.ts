// The installable app: manifest, icons, service worker, and the page that is shown when the program cannot be reached.

import { expect, test } from "../harness/test";

interface Manifest {
  name: string;
  short_name: string;
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; type: string; purpose?: string }[];
}

test("the manifest has all that installing asks for, and its icons are what they say", async ({ page, setupPage }) => {
  await page.goto("/setup");
  await setupPage.isAlive();
  const href = await page.locator('link[rel="manifest"]').getAttribute("href");
  const answer = await page.request.get(href ?? "");
  expect(answer.headers()["content-type"]).toMatch(/application\/(manifest\+)?json/);
  const manifest = (await answer.json()) as Manifest;
  expect(manifest).toMatchObject({ name: expect.any(String), short_name: expect.any(String), start_url: expect.any(String), display: "standalone" });

  const sizes = manifest.icons.flatMap((icon) => (icon.type === "image/png" ? icon.sizes.split(" ") : []));
  expect(sizes).toEqual(expect.arrayContaining(["192x192", "512x512"]));
  expect(manifest.icons.some((icon) => icon.purpose?.includes("maskable"))).toBe(true);
  for (const icon of manifest.icons) {
    const file = await page.request.get(icon.src);
    expect(file.status(), icon.src).toBe(200);
    expect(file.headers()["content-type"], icon.src).toContain(icon.type);
    if (icon.type === "image/png") {
      const body = await file.body();
      // Width and height stand in the PNG's first chunk (RFC 2083, section 4.1.1).
      expect(`${body.readUInt32BE(16)}x${body.readUInt32BE(20)}`, icon.src).toBe(icon.sizes);
    }
  }
  for (const link of await page.locator('link[rel~="icon"], link[rel="apple-touch-icon"]').all()) {
    const icon = (await link.getAttribute("href")) ?? "";
    expect((await page.request.get(icon)).status(), icon).toBe(200);
  }
});

test("when the program cannot be reached, the app says so and goes on by itself", async ({ page, dashboard, program, problems }) => {
  problems.expectOutage();
  problems.expect(/Failed to load resource/, /ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  await dashboard.open();
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) => {
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
        // A worker that claims no pages controls them from the next load on.
        setTimeout(resolve, 1_000);
      });
    }
    return registration.active?.scriptURL;
  });
  await page.reload();
  await dashboard.isAlive();

  await program.stop();
  await page.goto("/labels");
  await expect(page.getByText(/cannot be reached/i).first()).toBeVisible();
  await program.launch();
  await expect(page.getByRole("heading", { level: 1, name: "Groups and tags" }), "it tries again by itself").toBeVisible({ timeout: 20_000 });
});

test("the service worker keeps no data", async ({ page, dashboard, serverPage }) => {
  await dashboard.open();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await serverPage.open(1);
  await page.reload();
  await dashboard.open();
  const kept = await page.evaluate(async () => {
    const addresses: string[] = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) addresses.push(new URL(request.url).pathname);
    }
    return addresses;
  });
  expect(kept).toContain("/offline.html");
  expect(kept.filter((path) => path === "/" || /^\/(api|sfn|servers|labels|audit|login|setup)/.test(path))).toEqual([]);
});

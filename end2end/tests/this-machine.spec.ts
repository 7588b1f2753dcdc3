// The dashboard with nothing configured: this machine is live, from the first HTML on.

import { ADMINISTRATOR, type Api } from "../harness/api";
import { layoutShift } from "../harness/layout-shift";
import { expect, test } from "../harness/test";
import { Dashboard, FleetRow } from "../pages/dashboard";

/** Layout shifts below this are not seen (https://web.dev/articles/cls calls 0.1 good). */
const STILL = 0.02;

test("this machine is live within five seconds of the first login", async ({ page, setupPage }) => {
  await page.goto("/");
  await setupPage.isAlive();
  await setupPage.fill(ADMINISTRATOR);
  await setupPage.submit();
  const dashboard = new Dashboard(page);
  await expect(dashboard.heading).toBeVisible();
  const row = new FleetRow(dashboard.rows.first());
  await row.isLive(5_000);

  // Live means that it goes on.
  const load = () => page.locator(".sparkline-line").first().getAttribute("d");
  const before = await load();
  await expect.poll(load, { timeout: 8_000 }).not.toBe(before);
});

test.describe("with JavaScript switched off", () => {
  test.use({ javaScriptEnabled: false });

  test("the first HTML already has the current values", async ({ page, dashboard, administrator, problems }) => {
    problems.expectNoScripts();
    await hasValues(administrator);
    await page.goto("/");
    await expect(dashboard.rows).toHaveCount(1);
    const row = new FleetRow(dashboard.rows.first());
    await row.isLive(1_000);
    await expect(row.value("memory")).toHaveText(/\d\s*%/);
    await expect(row.value("uptime")).toHaveText(/\d/);
    await expect(dashboard.count("online")).toHaveText(/1/);
  });
});

test("nothing flashes when the browser part takes over", async ({ page, dashboard, administrator }) => {
  await hasValues(administrator);
  // What the server rendered, before any script has run.
  const html = await (await page.request.get("/")).text();
  const rendered = await page.evaluate((html) => {
    const row = new DOMParser().parseFromString(html, "text/html").querySelector(".fleet-row");
    return [...(row?.querySelectorAll("*") ?? [])].map((element) => `${element.tagName}.${element.getAttribute("class") ?? ""}`);
  }, html);
  expect(rendered.length).toBeGreaterThan(20);

  await dashboard.open();
  await page.waitForTimeout(2_000);
  const alive = await dashboard.rows.first().evaluate((row) =>
    [...row.querySelectorAll("*")].map((element) => `${element.tagName}.${element.getAttribute("class") ?? ""}`),
  );
  expect(alive, "the row is built as before").toEqual(rendered);
  const { sum, what } = await layoutShift(page);
  expect(sum, `moved: ${what.join(", ")}`).toBeLessThan(STILL);
});

for (const path of ["/servers/1", "/servers/new", "/servers/1/edit", "/labels", "/incidents", "/notifications", "/audit"]) {
  test(`nothing moves while ${path} loads`, async ({ page, administrator, frame }) => {
    await hasValues(administrator);
    await page.goto(path);
    await frame.isAlive();
    await page.waitForTimeout(1_500);
    const { sum, what } = await layoutShift(page);
    expect(sum, `moved: ${what.join(", ")}`).toBeLessThan(STILL);
  });
}

test("a page that is not there says so and leads back", async ({ page, administrator: _, problems }) => {
  problems.expectStatus(404);
  const answer = await page.goto("/no/such/page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("link", { name: /dashboard/i }).first()).toBeVisible();
});

/** Waits until this machine has been measured. */
async function hasValues(api: Api): Promise<void> {
  await expect.poll(async () => (await api.get<{ sample: unknown }>("/api/servers/1/metrics/latest")).sample).toBeTruthy();
}

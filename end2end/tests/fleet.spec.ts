// A thousand servers: the first HTML stays small, the rest comes as one scrolls, and the list follows the hand.

import { gunzipSync } from "node:zlib";
import { Fleet } from "../harness/fleet";
import { type Page, SESSION_COOKIE, expect, test } from "../harness/test";
import { texts } from "../harness/texts";

const SERVERS = 1_000;
/** What feels immediate (https://web.dev/articles/inp). */
const AT_ONCE_MS = 200;
const HTML_MAX = 300_000;

test("the dashboard of a thousand servers", async ({ dashboard, administrator, program, page }) => {
  test.setTimeout(240_000);
  const fleet = await Fleet.start(SERVERS);
  try {
    await fleet.addTo(administrator);
    const online = async () => (await administrator.get<{ online_servers: number }>("/api/stats/overview")).online_servers;
    await expect.poll(online, { timeout: 120_000, intervals: [1_000] }).toBe(SERVERS + 1);

    await test.step("the first HTML has the first screens with their values, and no more", async () => {
      const answer = await fetch(`${program.url}/?sort=name`, {
        headers: { Cookie: `${SESSION_COOKIE}=${administrator.token}`, "Accept-Encoding": "identity" },
      });
      let body = Buffer.from(await answer.arrayBuffer());
      if (answer.headers.get("content-encoding") === "gzip") body = gunzipSync(body);
      const rows = body.toString("utf8").match(/data-row-link/g)?.length ?? 0;
      expect(rows).toBeGreaterThanOrEqual(20);
      expect(rows).toBeLessThanOrEqual(100);
      expect(body.length, "bytes of the HTML").toBeLessThan(HTML_MAX);
    });

    await test.step("scrolling shows the later rows", async () => {
      await dashboard.open("?sort=name");
      await expect(dashboard.table).toHaveAttribute("aria-rowcount", String(SERVERS + 1));
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(SERVERS * 40);
      const [first] = await dashboard.names();
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await expect(dashboard.row("web-40.tokyo").row).toBeInViewport();
      await expect(dashboard.row("web-40.tokyo").value("cpu")).toHaveText(/\d/);
      expect(await dashboard.rows.count(), "only what is near the screen is drawn").toBeLessThan(120);
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
      await expect(dashboard.rows.nth(30)).toBeInViewport();
      await page.evaluate(() => window.scrollTo(0, 0));
      await expect.poll(async () => (await dashboard.names())[0]).toBe(first);
    });

    await test.step("search and sort react at once", async () => {
      const search = await reaction(page, "#search", "db-7.oslo");
      expect(search, "milliseconds from the last key to the new list").toBeLessThan(AT_ONCE_MS);
      expect(await dashboard.names()).toEqual(["db-7.oslo"]);
      await dashboard.clear.first().click();
      await expect(dashboard.rows.nth(10)).toBeVisible();
      const sort = await reaction(page, `th.col-meter a`);
      expect(sort, "milliseconds from the click to the new order").toBeLessThan(AT_ONCE_MS);
    });

    await test.step("trouble comes first, and the summary counts it", async () => {
      await dashboard.open("?sort=state");
      fleet.tell("die 1-3");
      await expect(dashboard.count("offline")).toContainText("3", { timeout: 30_000 });
      await page.mouse.move(1, 1);
      await expect.poll(async () => dashboard.rows.nth(2).locator(".state-word").innerText(), { timeout: 15_000 }).toBe(texts.state.offline);
      await dashboard.count("offline").click();
      await expect(dashboard.rows).toHaveCount(3);
    });
  } finally {
    await fleet.discard();
  }
});

/** How long the list takes to follow: after a text was put into a field, or else after a click. */
function reaction(page: Page, selector: string, text?: string): Promise<number> {
  return page.evaluate(
    ([selector, text]) =>
      new Promise<number>((resolve, reject) => {
        const control = document.querySelector<HTMLElement>(selector ?? "");
        const body = document.querySelector(".fleet-table tbody");
        if (!control || !body) return reject(new Error(`${selector} is not there`));
        const first = () => body.querySelector("[data-row-link]")?.textContent;
        const before = first();
        const began = performance.now();
        const look = () => {
          const taken = performance.now() - began;
          // Two frames: the first that has the new rows is on the screen with the second.
          if (first() !== before) requestAnimationFrame(() => resolve(performance.now() - began));
          else if (taken > 5_000) reject(new Error("the list did not change"));
          else requestAnimationFrame(look);
        };
        if (control instanceof HTMLInputElement) {
          control.value = text ?? "";
          control.dispatchEvent(new Event("input", { bubbles: true }));
        } else {
          control.click();
        }
        requestAnimationFrame(look);
      }),
    [selector, text] as const,
  );
}

// Light and dark: as the system says, or as chosen; without a flash.

import type { Page } from "@playwright/test";
import { expect, test } from "../harness/test";

/** How light the page's ground is, 0–255. */
function ground(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (!canvas) throw new Error("no canvas");
    const of = (element: Element) => getComputedStyle(element).backgroundColor;
    canvas.fillStyle = /rgba?\(0, 0, 0, 0\)|transparent/.test(of(document.body)) ? of(document.documentElement) : of(document.body);
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });
}

const LIGHT = 200;
const DARK = 60;

test("without a choice the page is as light as the system", async ({ page, dashboard }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await dashboard.open();
  expect(await ground(page)).toBeGreaterThan(LIGHT);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await ground(page)).toBeLessThan(DARK);
});

test("a chosen theme counts at once, on every page, and from the first HTML on", async ({ page, dashboard, frame, context, program }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await dashboard.open();
  await frame.chooseTheme("dark");
  await expect.poll(() => ground(page)).toBeLessThan(DARK);
  const html = await (await page.request.get("/labels")).text();
  expect(html, "the server renders it: nothing flashes").toMatch(/<html[^>]*data-theme="?dark/);
  await page.goto("/labels");
  expect(await ground(page)).toBeLessThan(DARK);

  await frame.isAlive();
  await frame.chooseTheme("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.reload();
  expect(await ground(page)).toBeGreaterThan(LIGHT);

  await frame.isAlive();
  await frame.chooseTheme("system");
  await expect.poll(() => ground(page)).toBeLessThan(DARK);
  expect((await context.cookies(program.url)).some((cookie) => cookie.name === "theme")).toBe(true);
});

test("the page before the login follows the theme too", async ({ page, setupPage }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/setup");
  await setupPage.isAlive();
  expect(await ground(page)).toBeLessThan(DARK);
});

// On a phone: nothing scrolls sideways, and everything is large enough for a finger.

import type { Page } from "@playwright/test";
import { Api } from "../harness/api";
import { expect, reaching, test } from "../harness/test";
import { texts } from "../harness/texts";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

const PATHS = ["/", "/?view=cards", "/?view=heat", "/servers/1", "/servers/2", "/servers/new", "/servers/2/edit", "/labels", "/incidents", "/incidents?show=all", "/notifications", "/maintenance", "/rules", "/rules/new", "/rules/1", "/audit"];

/** How far a page can be scrolled sideways, and what sticks out. */
function overflow(page: Page): Promise<{ px: number; what: string[] }> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const out = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
    return { px: scrollWidth - clientWidth, what: out.slice(0, 5).map((element) => `${element.tagName}.${element.className}`) };
  });
}

test("nothing scrolls sideways, down to 320 pixels", async ({ page, administrator, frame, sshd }) => {
  await administrator.addServer(reaching(sshd, "a-server-with-quite-a-long-name.and.domain.example.com", { description: "x".repeat(300) }));
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    for (const path of PATHS) {
      await page.goto(path);
      await frame.isAlive();
      const { px, what } = await overflow(page);
      expect(px, `${path} at ${width} pixels: ${what.join(", ")}`).toBeLessThanOrEqual(0);
    }
  }
});

test("set-up and login fit as well", async ({ page, setupPage, loginPage, program }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto("/setup");
  await setupPage.isAlive();
  expect((await overflow(page)).px).toBeLessThanOrEqual(0);
  await Api.initialize(program.url);
  await loginPage.open();
  await expect(loginPage.heading).toBeVisible();
  expect((await overflow(page)).px).toBeLessThanOrEqual(0);
});

test("a server is looked at and changed with a finger", async ({ page, dashboard, serverPage, serverForm, administrator, sshd }) => {
  await administrator.addServer(reaching(sshd, "web-1"));
  await dashboard.open();
  const row = dashboard.row("web-1");
  await row.isLive();
  await expect(row.value("memory")).toBeVisible();
  await row.link.tap();
  await serverPage.isLive();
  await serverPage.edit.tap();
  await serverForm.name.fill("web-2");
  await serverForm.save.tap();
  await expect(serverPage.heading("web-2")).toBeVisible();
  await page.getByRole("navigation", { name: texts.frame.main_navigation }).getByRole("link", { name: texts.nav.labels }).tap();
  await expect(page.getByRole("heading", { level: 1, name: texts.nav.labels })).toBeVisible();
});

test("touch targets are at least 44 pixels high", async ({ page, administrator, frame, sshd }) => {
  await administrator.addServer(reaching(sshd, "web-1"));
  for (const path of PATHS) {
    await page.goto(path);
    await frame.isAlive();
    const small = await page.evaluate(() => {
      const controls = document.querySelectorAll("button, a.button, nav.sidebar a, input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select");
      return [...controls]
        .map((control) => ({ box: control.getBoundingClientRect(), name: `${control.tagName}.${control.className} ${control.textContent?.trim()}` }))
        .filter(({ box }) => box.width > 1 && box.height > 1 && box.height < 43.5)
        .map(({ box, name }) => `${name}: ${box.height.toFixed(0)}`);
    });
    expect(small, path).toEqual([]);
  }
});

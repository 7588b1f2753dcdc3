// Everything by keyboard.

import { ADMINISTRATOR } from "../harness/api";
import { expect, reaching, test } from "../harness/test";
import { texts } from "../harness/texts";
import { Dashboard } from "../pages/dashboard";

test("from the login to a new server without a pointer", async ({ page, api, frame, loginPage, serverForm, serverPage, sshd }) => {
  await page.context().clearCookies();
  await loginPage.open();
  await expect(loginPage.username, "the first field has the focus").toBeFocused();
  await page.keyboard.type(ADMINISTRATOR.username);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ADMINISTRATOR.password);
  await page.keyboard.press("Enter");
  await expect(new Dashboard(page).heading).toBeVisible();
  await frame.isAlive();

  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await expect(serverForm.name).toBeVisible();
  const tabTo = async (target: typeof serverForm.name) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab never reaches ${target}`);
  };
  await tabTo(serverForm.name);
  await page.keyboard.type("by-keyboard");
  await tabTo(serverForm.host);
  await page.keyboard.type(sshd.host);
  await tabTo(serverForm.port);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(String(sshd.port));
  await tabTo(serverForm.username);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(sshd.user);
  await tabTo(page.getByRole("radio", { name: texts.servers.auth_password }));
  await page.keyboard.press("ArrowRight");
  await tabTo(serverForm.privateKey);
  await page.keyboard.insertText(sshd.newKey());
  await tabTo(page.getByRole("button", { name: texts.test.run }));
  await page.keyboard.press("Enter");
  await expect(serverForm.outcome).toContainText(sshd.fingerprint);
  await tabTo(serverForm.outcome.getByRole("button"));
  await page.keyboard.press("Space");
  await expect(serverForm.outcome).toContainText(texts.test.works);
  await tabTo(serverForm.save);
  await page.keyboard.press("Enter");
  await serverPage.isLive();
  expect(await api.get<unknown[]>("/api/servers")).toHaveLength(2);
});

test("j and k move through the rows, and Enter opens one", async ({ page, dashboard, administrator, sshd }) => {
  for (const name of ["a", "b", "c"]) await administrator.addServer(reaching(sshd, name));
  await dashboard.open("?sort=name");
  await expect(dashboard.rows).toHaveCount(4);
  const names = await dashboard.names();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press("j");
  expect(await focused()).toBe(names[0]);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  expect(await focused()).toBe(names[2]);
  await page.keyboard.press("k");
  expect(await focused()).toBe(names[1]);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: names[1], exact: true })).toBeVisible();
});

test("j and k move through the incidents too", async ({ page, administrator: api, incidentsPage, sshd }) => {
  const condition = { kind: "value", series: "load.one", comparison: "above", fire: -1, clear: -1 };
  for (const name of ["a", "b"]) await api.addServer(reaching(sshd, name, { interval_secs: 1 }));
  await api.post("/api/rules", { name: "It runs", severity: "warning", condition });
  // Theirs and this machine's.
  await expect.poll(async () => (await api.get<unknown[]>("/api/incidents?search=It%20runs")).length, { timeout: 20_000 }).toBe(3);
  await incidentsPage.open("?q=It%20runs");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("href"));
  const links = incidentsPage.rows.getByRole("link", { name: "It runs", exact: true });
  const [first, second] = [await links.nth(0).getAttribute("href"), await links.nth(1).getAttribute("href")];
  // The list is loaded anew once the page is live, which takes the focus away.
  await expect(async () => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("j");
    expect(await focused()).toBe(first);
    await page.keyboard.press("j");
    expect(await focused()).toBe(second);
    await page.keyboard.press("k");
    expect(await focused()).toBe(first);
    await page.waitForTimeout(500);
    expect(await focused()).toBe(first);
  }).toPass({ timeout: 15_000 });
  await page.keyboard.press("Enter");
  await expect(incidentsPage.heading).toContainText("It runs");
});

test("Ctrl K finds servers, pages and actions", async ({ page, dashboard, administrator, sshd, frame }) => {
  await administrator.addServer(reaching(sshd, "web-1"));
  await dashboard.open();
  await page.keyboard.press("ControlOrMeta+K");
  await expect(frame.paletteSearch).toBeFocused();
  await page.keyboard.type("web");
  await expect(frame.palette.getByRole("option", { name: /web-1/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(frame.heading).toHaveText("web-1");

  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.type(texts.servers.add);
  await page.keyboard.press("Enter");
  await expect(frame.heading).toHaveText(texts.servers.add);

  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.type(texts.nav.incidents);
  await page.keyboard.press("Enter");
  await expect(frame.heading).toHaveText(texts.nav.incidents);

  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.type("no such thing");
  await expect(frame.palette.getByText(texts.palette.none)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(frame.palette).toBeHidden();
});

test("? lists the shortcuts, / goes to the search, g and a letter to a page", async ({ page, dashboard, frame }) => {
  await dashboard.open();
  await page.keyboard.press("?");
  await expect(frame.shortcuts).toBeVisible();
  await expect(frame.shortcuts).toContainText(texts.shortcuts.next);
  await page.keyboard.press("Escape");
  await expect(frame.shortcuts).toBeHidden();

  await page.keyboard.press("/");
  await expect(dashboard.search).toBeFocused();
  await page.keyboard.type("?g");
  await expect(frame.shortcuts, "keys that are typed are no shortcuts").toBeHidden();
  await expect(dashboard.search).toHaveValue("?g");
  await page.keyboard.press("Escape");

  const pages = [
    ["i", texts.nav.incidents],
    ["r", texts.nav.rules],
    ["m", texts.nav.maintenance],
    ["l", texts.nav.labels],
    ["s", texts.nav.storage],
    ["o", texts.nav.notifications],
    ["a", texts.nav.audit],
    ["d", texts.nav.dashboard],
  ] as const;
  for (const [key, title] of pages) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(frame.heading).toHaveText(title);
  }
});

test("the first Tab leads past the navigation", async ({ page, dashboard }) => {
  await dashboard.open();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: texts.frame.skip });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
});

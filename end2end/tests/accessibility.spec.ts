// What axe finds on every page, in both themes (WCAG 2.2 AA).

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { freePort } from "../harness/files";
import { expect, reaching, test } from "../harness/test";
import { texts } from "../harness/texts";
import { FleetRow } from "../pages/dashboard";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Looks at the page in both themes. */
async function isAccessible(page: Page, where: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const found = violations
      .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
      .flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html} ${node.failureSummary}`));
    expect(found, `${where}, ${colorScheme}`).toEqual([]);
  }
}

test("set-up and login", async ({ page, setupPage, loginPage, problems }) => {
  problems.expectStatus(401, 422);
  await page.goto("/setup");
  await setupPage.isAlive();
  await isAccessible(page, "set-up");
  await setupPage.fill({ username: "a", email: "b", password: "c" });
  await setupPage.submit();
  await expect(setupPage.complaint("username").or(setupPage.page.locator(":invalid")).first()).toBeAttached();
  await isAccessible(page, "refused set-up");
  await setupPage.fill({ username: "ada", email: "ada@example.com", password: "correct horse battery" });
  await setupPage.submit();
  await expect(page.getByRole("heading", { name: texts.nav.dashboard })).toBeVisible();
  // Left first: the open dashboard would rightly complain about the session that is taken from it.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await loginPage.open();
  await loginPage.logIn("ada", "wrong horse battery");
  await expect(loginPage.refusal).not.toBeEmpty();
  await isAccessible(page, "refused login");
});

test("the dashboard with servers in every state", async ({ page, dashboard, administrator, sshd }) => {
  const [group, tag] = [await administrator.addGroup("Shop"), await administrator.addTag("blue")];
  await administrator.addServer(reaching(sshd, "good", { group_id: group, tag_ids: [tag] }));
  const closed = { port: await freePort(sshd.host), host_key_fingerprint: undefined };
  await administrator.addServer({ ...reaching(sshd, "bad", { group_id: group }), ...closed });
  await dashboard.open();
  await dashboard.row("good").isLive();
  await dashboard.row("bad").is("offline");
  await isAccessible(page, "table");
  await dashboard.show("as_cards");
  await isAccessible(page, "cards");
  await dashboard.show("as_heat");
  await isAccessible(page, "heat map");
});

test("a server's page, online and offline", async ({ page, serverPage, administrator, sshd }) => {
  const { id } = await administrator.addServer(reaching(sshd, "web-1", { description: "The shop's front" }));
  await serverPage.open(id);
  await serverPage.isLive();
  await isAccessible(page, "online");
  await serverPage.delete.click();
  await expect(serverPage.confirmation("web-1").dialog).toBeVisible();
  await isAccessible(page, "deletion");
  await page.keyboard.press("Escape");
  await sshd.stop();
  await expect(serverPage.banner).toBeVisible();
  await isAccessible(page, "offline");
});

test("the form of a server with the question for its host key", async ({ page, serverForm, sshd }) => {
  await serverForm.openNew();
  await serverForm.save.click();
  await expect(serverForm.complaint("name")).not.toBeEmpty();
  await isAccessible(page, "refused form");
  await serverForm.address("web-1", sshd);
  await serverForm.useKey(sshd.newKey());
  await serverForm.test();
  await expect(serverForm.outcome).toContainText(sshd.fingerprint);
  await isAccessible(page, "question");
});

test("labels, audit log, palette and shortcuts", async ({ page, labelsPage, auditPage, frame, administrator }) => {
  await administrator.addGroup("Shop");
  await administrator.addTag("blue");
  await labelsPage.open();
  await isAccessible(page, "labels");
  await labelsPage.groups.edit("Shop");
  await expect(labelsPage.dialog).toBeVisible();
  await isAccessible(page, "editor");
  await auditPage.open();
  await isAccessible(page, "audit log");
  await page.keyboard.press("ControlOrMeta+K");
  await expect(frame.paletteSearch).toBeFocused();
  await isAccessible(page, "palette");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(frame.shortcuts).toBeVisible();
  await isAccessible(page, "shortcuts");
});

test("rules, their form, and what one would have done", async ({ page, rulesPage, problems }) => {
  problems.expectStatus(422);
  await rulesPage.open();
  await isAccessible(page, "rules");
  await rulesPage.openNew();
  await rulesPage.save.click();
  await expect(rulesPage.complaint("name")).not.toBeEmpty();
  await isAccessible(page, "refused rule");
  await rulesPage.enterValue({ name: "x", series: "cpu.busy", fire: "0", server: "" });
  await rulesPage.field(texts.rules.clear).fill("0");
  await rulesPage.field(texts.rules.looks_at_which).selectOption("all");
  await rulesPage.trial.getByRole("button", { name: texts.rules.last_day }).click();
  await expect(rulesPage.verdict).toBeVisible({ timeout: 30_000 });
  await isAccessible(page, "tried rule");
});

test("maintenance, its editor, and a server that is in it", async ({ page, maintenancePage, serverPage, administrator }) => {
  const starts = new Date().toISOString().slice(0, 16);
  await administrator.post("/api/maintenance", { name: "Patches", starts, duration_minutes: 60, repeats: "daily", description: "Kernel" });
  await administrator.post("/api/maintenance", { name: "Patch day", starts: "2099-03-28T02:30", duration_minutes: 60, time_zone: "Europe/Berlin" });
  await maintenancePage.open();
  await expect(maintenancePage.rows).toHaveCount(2);
  await isAccessible(page, "maintenance");
  await maintenancePage.add.click();
  await expect(maintenancePage.nextTimes).toHaveCount(1);
  await maintenancePage.field(texts.maintenance.repeats).selectOption("weekly");
  await expect(maintenancePage.nextTimes).toHaveCount(5);
  await isAccessible(page, "maintenance editor");
  await serverPage.open(1);
  await expect(maintenancePage.mark).toBeVisible();
  await maintenancePage.begin.click();
  await expect(maintenancePage.beginDialog).toBeVisible();
  await isAccessible(page, "begin maintenance");
});

test("state changes are said to screen readers, values are not", async ({ page, dashboard }) => {
  await dashboard.open();
  await new FleetRow(dashboard.rows.first()).isLive();
  const live = page.locator('[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"]');
  await expect(live.first()).toBeAttached();
  expect(await live.locator(".fleet-row, .chart, .meter").count()).toBe(0);
});

// The pages with a handful of servers.

import type { Api } from "../harness/api";
import { freePort } from "../harness/files";
import { givePast } from "../harness/past";
import type { Sshd } from "../harness/sshd";
import { expect, reaching, test } from "../harness/test";
import { texts } from "../harness/texts";
import { FleetRow } from "../pages/dashboard";
import { shoot, shootWhole } from "./shoot";

/** One that answers and one that does not, beside this machine. */
async function seed(api: Api, sshd: Sshd): Promise<{ online: number; offline: number }> {
  const [shop, lab] = [await api.addGroup("Shop", "#0891b2"), await api.addGroup("Lab", "#ca8a04")];
  const tags = [await api.addTag("production", "#0d9488"), await api.addTag("eu-west", "#7c3aed")];
  const online = await api.addServer(reaching(sshd, "web-1.example.com", { group_id: shop, tag_ids: tags, description: "The shop's front" }));
  const closed = { port: await freePort(sshd.host), host_key_fingerprint: undefined };
  const offline = await api.addServer({ ...reaching(sshd, "backup.example.com", { group_id: lab }), ...closed });
  return { online: online.id, offline: offline.id };
}

test("set-up", async ({ page, setupPage, problems }) => {
  problems.expectStatus(422);
  await page.goto("/setup");
  await setupPage.isAlive();
  await shoot(page, "setup");
  await setupPage.fill({ username: "a", email: "ada@example", password: "short" });
  await setupPage.submit();
  await expect(setupPage.complaint("username")).not.toBeEmpty();
  await shoot(page, "setup-refused");
});

test("login", async ({ page, api: _, loginPage, problems }) => {
  problems.expectStatus(401);
  await loginPage.open();
  await shoot(page, "login");
  await loginPage.logIn("ada", "wrong horse battery");
  await expect(loginPage.refusal).not.toBeEmpty();
  await shoot(page, "login-refused");
});

test("dashboard with nothing configured", async ({ page, dashboard }) => {
  await dashboard.open();
  await new FleetRow(dashboard.rows.first()).isLive();
  await page.waitForTimeout(10_000);
  await shoot(page, "dashboard-first");
  await dashboard.search.fill("nothing like it");
  await expect(dashboard.rows).toHaveCount(0);
  await shoot(page, "dashboard-no-match");
});

test("dashboard, server, palette, connection lost", async ({ page, dashboard, serverPage, frame, administrator, sshd, program, problems }) => {
  problems.expectOutage();
  const { online, offline } = await seed(administrator, sshd);
  await dashboard.open();
  await dashboard.row("web-1.example.com").isLive();
  await dashboard.row("backup.example.com").is("offline");
  await page.waitForTimeout(60_000);
  await shoot(page, "dashboard");
  await dashboard.show("as_cards");
  await shoot(page, "dashboard-cards");
  await dashboard.show("as_heat");
  await shoot(page, "dashboard-heat");
  await dashboard.show("as_table");
  await page.keyboard.press("ControlOrMeta+K");
  await frame.paletteSearch.fill("e");
  await shoot(page, "palette");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await shoot(page, "shortcuts");
  await page.keyboard.press("Escape");
  await frame.openMenu();
  await shoot(page, "menu");
  await page.keyboard.press("Escape");

  await serverPage.open(online);
  await serverPage.isLive();
  await page.waitForTimeout(20_000);
  await shoot(page, "server");
  await shootWhole(page, "server");
  await serverPage.delete.click();
  await shoot(page, "server-delete");
  await page.keyboard.press("Escape");
  await serverPage.open(offline);
  await shoot(page, "server-offline");

  await dashboard.open();
  await dashboard.row("web-1.example.com").isLive();
  await program.stop();
  await expect(frame.connectionLost).toBeVisible();
  await page.waitForTimeout(3_000);
  await shoot(page, "connection-lost");
  await program.launch();
});

// Without the others, which stand for the same sshd and would have made its key a known one.
test("add server", async ({ page, serverForm, administrator: _, sshd }) => {
  await serverForm.openNew();
  await shoot(page, "add-server");
  await serverForm.address("web-2.example.com", sshd);
  await serverForm.useKey(sshd.newKey());
  await serverForm.test();
  await expect(serverForm.outcome).toContainText(sshd.fingerprint);
  await serverForm.outcome.scrollIntoViewIfNeeded();
  await shoot(page, "add-server-question");
  await shootWhole(page, "add-server-question");
  await serverForm.trust(sshd);
  await expect(serverForm.outcome).toContainText(/works/);
  await serverForm.outcome.scrollIntoViewIfNeeded();
  await shoot(page, "add-server-works");
});

test("changed host key", async ({ page, dashboard, serverPage, serverForm, administrator, sshd }) => {
  const { online } = await seed(administrator, sshd);
  await dashboard.open();
  await dashboard.row("web-1.example.com").isLive();
  await sshd.rotateHostKey();
  await dashboard.row("web-1.example.com").is("offline");
  await shoot(page, "dashboard-host-key-changed");
  await serverPage.open(online);
  await expect(serverPage.banner).toBeVisible();
  await shoot(page, "server-host-key-changed");
  await serverForm.openEdit(online);
  await expect(serverForm.outcome).toContainText(sshd.fingerprint);
  await shootWhole(page, "edit-host-key-changed");
});

test("labels and audit log", async ({ page, labelsPage, auditPage, administrator, sshd }) => {
  await labelsPage.open();
  await shoot(page, "labels-empty");
  await seed(administrator, sshd);
  await administrator.send("POST", "/api/auth/login", { username: "mallory", password: "wrong" });
  await labelsPage.open();
  await shoot(page, "labels");
  await labelsPage.groups.edit("Shop");
  await shoot(page, "labels-edit");
  await auditPage.open();
  await shoot(page, "audit");
});

test("rules", async ({ page, rulesPage, administrator, program, problems }) => {
  problems.expectStatus(422);
  await givePast(program, { days: 8, step: 60, add: 3 });
  const [shop, tag] = [await administrator.addGroup("Shop", "#0891b2"), await administrator.addTag("production", "#0d9488")];
  const more = [
    { name: "Swap fills up", scope: { group: shop }, for_secs: 300, condition: { kind: "value", series: "swap.used_percent", comparison: "above", fire: 50, clear: 40 } },
    { name: "Disk full within a day", severity: "critical", scope: { tag }, condition: { kind: "full_within", mount: "*", hours: 24 } },
    { name: "nginx", severity: "critical", is_enabled: false, condition: { kind: "process_missing", process: "nginx" } },
  ];
  for (const rule of more) await administrator.post("/api/rules", rule);
  await rulesPage.open();
  await shoot(page, "rules");
  await shootWhole(page, "rules");
  await rulesPage.openNew();
  await shoot(page, "rule-new");
  await rulesPage.save.click();
  await expect(rulesPage.complaint("name")).not.toBeEmpty();
  await shoot(page, "rule-refused");
  await rulesPage.field(texts.rules.name).fill("CPU at the top");
  await rulesPage.field(texts.rules.series).fill("cpu.busy");
  await rulesPage.field(texts.rules.fire).fill("60");
  await rulesPage.wait(texts.rules.bad_for, "0", texts.rules.seconds);
  await rulesPage.trial.getByRole("button", { name: texts.rules.last_week }).click();
  await expect(rulesPage.verdict).toBeVisible({ timeout: 30_000 });
  await shoot(page, "rule-tried");
  await shootWhole(page, "rule-tried");
});

test("maintenance", async ({ page, maintenancePage, serverPage, administrator, sshd }) => {
  await maintenancePage.open();
  await shoot(page, "maintenance-empty");
  const { online } = await seed(administrator, sshd);
  const starts = new Date().toISOString().slice(0, 16);
  const plan = (name: string, more: object) => administrator.post("/api/maintenance", { name, starts, duration_minutes: 90, ...more });
  await plan("Kernel updates", { scope: { server: online }, description: "Reboots once; the shop is on its other leg." });
  await plan("Backups", { repeats: "daily", starts: "2026-01-01T02:30", duration_minutes: 120, time_zone: "Europe/Berlin" });
  await plan("Patch day", { repeats: { monthly_weekday: { week: 2, weekday: 2 } }, starts: "2026-01-01T22:00", time_zone: "America/New_York", until: "2099-12-31" });
  await plan("Old nightly job", { repeats: { weekly: { days: [1, 4] } }, is_enabled: false });
  await maintenancePage.open();
  await shoot(page, "maintenance");
  await maintenancePage.add.click();
  await maintenancePage.field("Name").fill("Database upgrade");
  await maintenancePage.field("Repeats").selectOption("weekly");
  await page.waitForTimeout(1_000);
  await shoot(page, "maintenance-edit");
  await page.keyboard.press("Escape");
  await serverPage.open(online);
  await serverPage.isLive();
  await shoot(page, "server-maintenance");
  await maintenancePage.begin.click();
  await shoot(page, "server-maintenance-begin");
});

// The dashboard with open incidents in all its views, the list of them after a storm over a thousand servers, names of the greatest length,
// and the pages when they are empty, fail or are offline.

import { Fleet } from "../harness/fleet";
import { Sink } from "../harness/sink";
import { test as base, expect, reaching } from "../harness/test";
import { FleetRow } from "../pages/dashboard";
import { shoot, shootWhole } from "./shoot";

const test = base.extend<{ sink: Sink }>({
  sink: async ({}, use) => {
    const sink = await Sink.start();
    await use(sink);
    await sink.stop();
  },
});

test.use({ settings: { MONITOR_OUTGOING_ALLOW: "127.0.0.1" } });

test("open incidents", async ({ page, dashboard, incidentsPage, serverPage, administrator }) => {
  test.setTimeout(240_000);
  const fleet = await Fleet.start(24);
  try {
    await fleet.addTo(administrator, { interval_secs: 3 });
    await dashboard.open();
    await new FleetRow(dashboard.rows.nth(10)).isLive();
    const servers = await administrator.get<{ id: number; name: string }[]>("/api/servers?sort=name");
    const rule = (name: string, severity: string, series: string, server: number) =>
      administrator.post("/api/rules", {
        name,
        severity,
        scope: { server },
        condition: { kind: "value", series, comparison: "above", fire: 0, clear: 0 },
      });
    await rule("Backup is late", "warning", "uptime", servers[3]!.id);
    await rule("Certificate ends soon", "critical", "uptime", servers[5]!.id);
    await rule("Swap fills", "warning", "memory.total", servers[5]!.id);
    await rule("Queue is long", "critical", "uptime", servers[9]!.id);
    fleet.tell("die 4-6");
    await expect(dashboard.count("offline")).toContainText("3", { timeout: 30_000 });
    const queue = () => administrator.get<{ id: number; rule_name: string }[]>("/api/incidents?open=true&search=queue");
    await expect.poll(async () => (await queue()).length, { timeout: 30_000 }).toBe(1);
    const open = await queue();
    await administrator.post(`/api/incidents/${open[0]!.id}/actions`, { action: "acknowledge", reason: "on it" });
    await page.mouse.move(1, 1);
    await page.waitForTimeout(8_000);
    await shoot(page, "incidents-table");
    await dashboard.show("as_cards");
    await shoot(page, "incidents-cards");
    await dashboard.show("as_heat");
    await shoot(page, "incidents-heat");
    await dashboard.show("as_table");
    await serverPage.open(servers[5]!.id);
    await page.waitForTimeout(4_000);
    await shoot(page, "incidents-server");
    await incidentsPage.open();
    await expect(incidentsPage.rows.first()).toBeVisible();
    await shoot(page, "incidents-list");
    await incidentsPage.open("?show=all&severity=critical&acknowledged=false&q=offline");
    await expect(incidentsPage.rows.first()).toBeVisible();
    await shoot(page, "incidents-narrowed");
    await incidentsPage.acknowledgeAll.click();
    await shoot(page, "incidents-acknowledge-all");
  } finally {
    await fleet.discard();
  }
});

test("a storm over a thousand servers", async ({ page, dashboard, incidentsPage, administrator, sink }) => {
  test.setTimeout(400_000);
  const chat = { name: "Chat", target: { kind: "slack" }, secret: `${sink.url}/chat` };
  await administrator.post("/api/channels", chat);
  const fleet = await Fleet.start(1_000);
  try {
    await fleet.addTo(administrator, { interval_secs: 5 });
    await dashboard.open();
    await expect(dashboard.count("online")).toContainText(/9\d\d/, { timeout: 120_000 });
    fleet.tell("die 100-499");
    await expect.poll(() => sink.posted.length, { timeout: 90_000 }).toBeGreaterThan(0);
    await page.waitForTimeout(20_000);
    await shoot(page, "storm");
    await dashboard.show("as_heat");
    await shoot(page, "storm-heat");
    await dashboard.show("as_table");
    await incidentsPage.open();
    await expect(incidentsPage.rows.first()).toBeVisible();
    await shoot(page, "storm-list");
    await incidentsPage.acknowledgeAll.click();
    await shoot(page, "storm-acknowledge-all");
    await page.keyboard.press("Escape");
    await incidentsPage.rows.first().getByRole("link").first().click();
    await incidentsPage.isAlive();
    await page.waitForTimeout(3_000);
    await shoot(page, "storm-incident");
  } finally {
    await fleet.discard();
  }
});

test("long names, and what fails or is offline", async ({ page, context, incidentsPage, rulesPage, maintenancePage, notificationsPage, administrator, sshd, sink, problems }) => {
  test.setTimeout(240_000);
  problems.expectOutage();
  problems.expectStatus(500);
  const long = (words: string): string => `${words} ${"of the shop in the north-western data centre ".repeat(3)}`.slice(0, 99).trim();
  const wide = (letter: string): string => letter.repeat(60);
  await incidentsPage.open();
  await shoot(page, "incidents-empty");
  await maintenancePage.open();
  await shoot(page, "maintenance-empty");
  await notificationsPage.open();
  await shoot(page, "notifications-empty");
  const { id } = await administrator.addServer(reaching(sshd, `web-1.${wide("a")}.example.com`));
  await expect.poll(async () => (await administrator.server(id)).status, { timeout: 20_000 }).toBe("online");
  const condition = { kind: "value", series: "uptime", comparison: "above", fire: 0, clear: 0 };
  await administrator.post("/api/rules", { name: long("Uptime"), severity: "critical", condition });
  await administrator.post("/api/rules", { name: wide("W"), severity: "warning", condition: { kind: "no_data", series: `filesystem.used_percent:/${wide("m")}` } });
  await administrator.post("/api/channels", { name: long("Chat"), target: { kind: "slack" }, secret: `${sink.url}/chat` });
  await administrator.post("/api/channels", { name: wide("M"), target: { kind: "email", host: `${wide("m")}.example.com`, port: 25, security: "none", from: "monitor@example.com", to: [`${wide("t")}@example.com`] } });
  const starts = new Date().toISOString().slice(0, 16);
  await administrator.post("/api/maintenance", { name: long("Updates"), starts, duration_minutes: 90, scope: { server: id }, description: wide("d") });
  await expect.poll(async () => (await administrator.get<unknown[]>("/api/incidents?open=true")).length, { timeout: 60_000 }).toBeGreaterThan(0);
  await incidentsPage.open();
  await expect(incidentsPage.rows.first()).toBeVisible();
  await shoot(page, "long-incidents");
  await incidentsPage.rows.first().getByRole("link").first().click();
  await incidentsPage.isAlive();
  await page.waitForTimeout(4_000);
  await shoot(page, "long-incident");
  await shootWhole(page, "long-incident");
  await rulesPage.open();
  await shoot(page, "long-rules");
  await maintenancePage.open();
  await shoot(page, "long-maintenance");
  await notificationsPage.open();
  await shoot(page, "long-notifications");
  await shootWhole(page, "long-notifications");
  await notificationsPage.channel("Chat").getByRole("button", { name: /Edit/ }).click();
  await shoot(page, "long-channel");
  await page.keyboard.press("Escape");

  // The browser part is there, what it asks for is not.
  await page.route("**/sfn/**", (route) => route.fulfill({ status: 500, body: "" }));
  for (const name of ["incidents", "rules", "maintenance", "notifications"]) {
    await page.locator(`a[href="/${name}"]`).first().click();
    await page.waitForTimeout(1_000);
    await shoot(page, `failed-${name}`);
  }
  await page.unroute("**/sfn/**");
  await incidentsPage.open();
  await context.setOffline(true);
  await page.waitForTimeout(12_000);
  await shoot(page, "offline-incidents");
  await context.setOffline(false);
});

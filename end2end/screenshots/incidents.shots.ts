// The dashboard with open incidents in all its views, and the list of them after a storm.

import { Fleet } from "../harness/fleet";
import { expect, test } from "../harness/test";
import { FleetRow } from "../pages/dashboard";
import { shoot } from "./shoot";

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

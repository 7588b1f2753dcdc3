// The past: charts, what they cost, and the fleet of a moment, with a handful of servers and with a thousand.

import { givePast, SPIKE_MINUTES } from "../harness/past";
import { expect, test } from "../harness/test";
import { texts } from "../harness/texts";
import { shoot, shootWhole } from "./shoot";

const MINUTE = 60_000;

test("the past of a few servers", async ({ page, administrator, program, historyPage, storagePage, dashboard, pastPage }) => {
  test.setTimeout(300_000);
  const long = `a-server-with-a-very-long-name-${"0123456789".repeat(3)}.region-1.example.com`;
  await administrator.addServer({ name: long, host: "127.0.0.9", port: 9, username: "nobody", password: "of no use here" });
  await givePast(program, { days: 8, add: 2 });
  const servers = await administrator.get<{ id: number; name: string }[]>("/api/servers");
  const { id } = servers.find(({ name }) => name === "seeded-0001")!;
  const spike = Date.now() - SPIKE_MINUTES * MINUTE;
  await historyPage.open(id, "range=6h");
  await shoot(page, "history");
  await historyPage.open(id, `at=${spike}`);
  await shootWhole(page, "history-moment");
  await storagePage.open();
  await shoot(page, "storage");
  await shootWhole(page, "storage-whole");
  await pastPage.open(spike);
  await dashboard.row("seeded-0001").isLive();
  await shoot(page, "past");
  await dashboard.show("as_cards");
  await shoot(page, "past-cards");
  await pastPage.open(Date.now() - 90 * 24 * 60 * MINUTE);
  await expect(page.getByText(texts.past.nothing)).toBeVisible();
  await shoot(page, "past-nothing");
});

test("the past of a thousand servers", async ({ page, program, dashboard, pastPage }) => {
  test.setTimeout(600_000);
  await givePast(program, { days: 1, step: 300, add: 1_000 });
  await pastPage.open(Date.now() - 30 * MINUTE);
  await expect(dashboard.count("online")).toContainText(/1\D00\d/);
  await shoot(page, "past-fleet");
  await dashboard.show("as_heat");
  await shoot(page, "past-fleet-heat");
});

// The dashboard with a thousand servers, and the README's picture with a dozen.

import { Fleet } from "../harness/fleet";
import { expect, test } from "../harness/test";
import { FleetRow } from "../pages/dashboard";
import { shoot, shootForReadme } from "./shoot";

test("a thousand servers", async ({ page, dashboard, administrator }) => {
  test.setTimeout(300_000);
  const fleet = await Fleet.start(1_000);
  try {
    await fleet.addTo(administrator, { interval_secs: 5 });
    fleet.tell("refuse 17");
    fleet.tell("die 301-304");
    await dashboard.open();
    await expect(dashboard.count("online")).toContainText(/9\d\d/, { timeout: 120_000 });
    await page.waitForTimeout(60_000);
    await shoot(page, "fleet");
    await dashboard.show("as_cards");
    await shoot(page, "fleet-cards");
    await dashboard.show("as_heat");
    await page.waitForTimeout(2_000);
    await shoot(page, "fleet-heat");
    await dashboard.open("?sort=cpu&dir=desc&view=table");
    await shoot(page, "fleet-by-cpu");
  } finally {
    await fleet.discard();
  }
});

test("the README's picture", async ({ page, dashboard, administrator }) => {
  test.skip(!process.env.README_PICTURE, "only with --readme");
  const fleet = await Fleet.start(12);
  try {
    await fleet.addTo(administrator, { interval_secs: 3 });
    await dashboard.open();
    await new FleetRow(dashboard.rows.nth(12)).isLive();
    fleet.tell("die 4");
    await expect(dashboard.count("offline")).toContainText("1");
    await page.mouse.move(1, 1);
    await page.waitForTimeout(130_000);
    await shootForReadme(page);
  } finally {
    await fleet.discard();
  }
});

// The storage page: what history takes, and how long it is kept.

import AxeBuilder from "@axe-core/playwright";
import { givePast } from "../harness/past";
import { expect, test } from "../harness/test";
import { texts } from "../harness/texts";

interface Limits {
  raw_days: number;
  budget_mib: number;
  groups: { group_id: number; raw_days: number | null }[];
}

test("limits are changed, refused with the field named, and kept", async ({ storagePage, administrator, page, problems }) => {
  problems.expectStatus(422, 500);
  const group = await administrator.addGroup("Shop");
  await storagePage.open();
  await storagePage.limit("raw_days").fill("0");
  await storagePage.save.click();
  await expect(storagePage.complaint("raw_days")).toContainText("1 to 36500");
  await storagePage.limit("raw_days").fill("14");
  await storagePage.limit("budget_mib").fill("20480");
  await storagePage.openGroups();
  await storagePage.ofGroup("Shop", texts.storage.raw_days).fill("30");
  await storagePage.save.click();
  await expect(page.getByText(texts.storage.saved)).toBeVisible();
  const limits = await administrator.get<Limits>("/api/history/limits");
  expect(limits).toMatchObject({ raw_days: 14, budget_mib: 20_480, groups: [{ group_id: group, raw_days: 30 }] });
  await page.reload();
  await storagePage.isAlive();
  await expect(storagePage.limit("raw_days")).toHaveValue("14");
  await expect(storagePage.ofGroup("Shop", texts.storage.raw_days)).toHaveValue("30");
});

test("keeping less asks first, says what goes, and then it goes", async ({ storagePage, administrator, program, page }) => {
  await givePast(program, { days: 3, step: 60 });
  const firstMs = async () => {
    const { servers } = await administrator.get<{ servers: { tiers: { tier: number; first_ms: number }[] }[] }>("/api/history/usage");
    return servers[0]!.tiers.find(({ tier }) => tier === 0)!.first_ms;
  };
  const before = await firstMs();
  await storagePage.open();
  await storagePage.limit("raw_days").fill("1");
  await storagePage.save.click();
  await expect(storagePage.question).toContainText(/About .+ of history will be deleted/);
  await storagePage.question.getByRole("button", { name: texts.action.cancel }).click();
  await expect(storagePage.question).toBeHidden();
  expect((await administrator.get<Limits>("/api/history/limits")).raw_days).toBe(7);
  expect(await firstMs()).toBe(before);
  await storagePage.save.click();
  await storagePage.question.getByRole("button", { name: texts.storage.shorten_confirm }).click();
  await expect(page.getByText(texts.storage.saved)).toBeVisible();
  await expect.poll(firstMs, { timeout: 20_000 }).toBeGreaterThan(before + 24 * 3_600_000);
});

test("servers are listed and searched", async ({ storagePage, administrator }) => {
  for (const name of ["alpha", "beta"]) {
    await administrator.addServer({ name, host: "127.0.0.9", port: 9, username: "nobody", password: "of no use here" });
  }
  await storagePage.open();
  await expect(storagePage.servers).toHaveCount(3);
  await storagePage.search.fill("alp");
  await expect(storagePage.servers).toHaveCount(1);
  await expect(storagePage.servers).toContainText("alpha");
});

for (const [name, viewport] of [["wide", { width: 1280, height: 800 }], ["phone", { width: 390, height: 844 }]] as const) {
  test(`nothing is in the way of a reader, ${name}`, async ({ storagePage, administrator, page }) => {
    await administrator.addGroup("Shop");
    await page.setViewportSize(viewport);
    await storagePage.open();
    await storagePage.openGroups();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const bad = violations.filter((violation) => violation.impact === "serious" || violation.impact === "critical");
      expect(bad.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html}`)), colorScheme).toEqual([]);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, "nothing scrolls sideways").toBeLessThanOrEqual(0);
  });
}

// Maintenance: planned with the clock of a place, begun from a server's page, and nobody is told meanwhile.

import { expect } from "@playwright/test";
import { Sink } from "../harness/sink";
import { test } from "../harness/test";
import { filled, texts } from "../harness/texts";

test.use({ settings: { MONITOR_OUTGOING_ALLOW: "127.0.0.1", MONITOR_WATCH_SELF: "true" }, timezoneId: "Asia/Ho_Chi_Minh" });

const words = texts.maintenance;

test("maintenance is planned by the clock of a place, with summer time, and changed and deleted", async ({ administrator: api, maintenancePage, page, problems }) => {
  problems.expectStatus(422);
  await api.addGroup("Shop");
  await maintenancePage.open();
  await expect(page.getByText(words.none, { exact: true })).toBeVisible();
  await maintenancePage.add.click();
  await expect(maintenancePage.field(texts.notifications.time_zone)).toHaveValue(/Asia\/(Ho_Chi_Minh|Saigon)/);
  await expect(maintenancePage.nextTimes).toHaveCount(1);

  // The night in which summer time begins in Berlin: 02:30 is 03:30, in Vietnam half past eight in the morning.
  await maintenancePage.field(texts.labels.name).fill("Patch <b>night</b>");
  await maintenancePage.field(texts.fleet.servers).selectOption({ label: "Shop" });
  await maintenancePage.field(words.starts).fill("2099-03-28T02:30");
  await maintenancePage.field(texts.notifications.time_zone).fill("Europe/Berlin");
  await maintenancePage.field(words.repeats).selectOption("daily");
  await expect(maintenancePage.nextTimes).toHaveCount(5);
  await expect(maintenancePage.nextTimes.nth(0)).toContainText("2099-03-28 02:30 CET");
  await expect(maintenancePage.nextTimes.nth(1)).toContainText("2099-03-29 03:30 CEST");
  await expect(maintenancePage.nextTimes.nth(1)).toContainText(/8:30 – 9:30/);
  await expect(maintenancePage.nextTimes.nth(2)).toContainText("2099-03-30 02:30 CEST");

  // A mistake is said where it was made, and while it is entered.
  await maintenancePage.field(texts.notifications.time_zone).fill("Mars/Olympus");
  await expect(maintenancePage.dialog.getByText(/there is no time zone/)).toBeVisible();
  await maintenancePage.save();
  await expect(maintenancePage.dialog.locator("#time_zone-error")).toContainText("there is no time zone");
  await maintenancePage.field(texts.notifications.time_zone).fill("Europe/Berlin");
  await maintenancePage.field(words.repeats).selectOption("weekly");
  for (const day of [words.saturday, words.sunday]) await maintenancePage.dialog.getByLabel(day).check();
  await maintenancePage.dialog.getByLabel(words.monday).uncheck();
  await expect(maintenancePage.nextTimes.nth(2)).toContainText("2099-04-04 02:30 CEST");
  await maintenancePage.save();
  await expect(maintenancePage.dialog).toBeHidden();

  const row = maintenancePage.row("Patch <b>night</b>");
  await expect(row).toContainText("Group Shop");
  await expect(row).toContainText("Every week: Saturday, Sunday");
  await expect(row).toContainText("2099-03-28 02:30 CET");
  expect(await api.get("/api/maintenance")).toMatchObject([
    { time_zone: "Europe/Berlin", starts: "2099-03-28T02:30", duration_minutes: 60, repeats: { weekly: { days: [6, 7] } }, is_on: false },
  ]);

  await maintenancePage.edit("Patch <b>night</b>");
  await expect(maintenancePage.field(texts.fleet.servers).locator("option:checked")).toHaveText("Shop");
  await maintenancePage.field(words.repeats).selectOption("monthly-weekday");
  await maintenancePage.field(words.week).selectOption({ label: words.second });
  await maintenancePage.field(words.weekday).selectOption({ label: words.tuesday });
  await maintenancePage.field(words.duration).fill("1.5");
  await maintenancePage.save();
  await expect(row).toContainText("Every month: Second Tuesday");
  await expect(row).toContainText("1 h 30 min");

  await maintenancePage.delete("Patch <b>night</b>");
  const question = maintenancePage.confirmation("Patch <b>night</b>");
  await question.name.fill("Patch <b>night</b>");
  await question.delete.click();
  await expect(page.getByText(words.none, { exact: true })).toBeVisible();
});

test("a server is put into maintenance from its page: nobody is told until it ends", async ({ administrator: api, maintenancePage, serverPage, incidentsPage, page }) => {
  const sink = await Sink.start();
  await api.post("/api/channels", { name: "Chat", target: { kind: "slack" }, secret: `${sink.url}/hook` });
  await serverPage.open(1);
  await expect(maintenancePage.mark).toBeHidden();
  await maintenancePage.begin.click();
  await maintenancePage.beginDialog.getByText("4 h").click();
  await maintenancePage.beginDialog.getByRole("button", { name: words.begin_submit }).click();
  await expect(maintenancePage.beginDialog).toBeHidden();
  await expect(maintenancePage.mark).toContainText(words.in_maintenance);
  await page.reload();
  await expect(maintenancePage.mark).toContainText(words.in_maintenance);

  const condition = { kind: "value", series: "uptime", comparison: "above", fire: 0, clear: 0 };
  await api.post("/api/rules", { name: "It runs", severity: "critical", condition });
  await expect(incidentsPage.bell).toHaveAccessibleName(/1 open/, { timeout: 20_000 });
  await incidentsPage.open();
  await incidentsPage.row("It runs").getByRole("link", { name: "It runs" }).click();
  await expect(incidentsPage.facts).toContainText(texts.incidents.maintenance_until);
  await page.waitForTimeout(2_000);
  expect(sink.posted).toEqual([]);

  // It is over earlier than planned: what goes on is told now.
  await maintenancePage.open();
  const name = filled(words.begin_name, { name: (await api.server(1)).name });
  await expect(maintenancePage.row(name)).toContainText(words.on_now);
  await maintenancePage.row(name).getByRole("button", { name: words.end_now }).click();
  await expect(page.getByText(words.none, { exact: true })).toBeVisible();
  await expect.poll(() => sink.posted.length, { timeout: 10_000 }).toBe(1);
  expect(JSON.parse(sink.posted[0]!.body).text).toContain("It runs");
  await serverPage.open(1);
  await expect(maintenancePage.mark).toBeHidden();
  await sink.stop();
});

test("the list moves on by itself, and who may only look has no buttons", async ({ administrator: api, maintenancePage, page, program, context }) => {
  const name = "Almost over";
  await api.post("/api/users", { username: "grace", email: "grace@example.com", password: "correct horse battery", role: "user" });
  const { token } = await api.post<{ token: string }>("/api/auth/login", { username: "grace", password: "correct horse battery" });
  await context.addCookies([{ name: "sm_session", value: token, url: program.url, httpOnly: true, sameSite: "Lax" }]);
  // So early in a minute that it is still on when the page is there.
  const intoMinute = Date.now() % 60_000;
  if (intoMinute > 40_000) await page.waitForTimeout(60_000 - intoMinute);
  const starts = new Date(Date.now() - (Date.now() % 60_000)).toISOString().slice(0, 16);
  await api.post("/api/maintenance", { name, starts, duration_minutes: 1 });
  await maintenancePage.open();
  await expect(maintenancePage.row(name)).toContainText(words.on_now);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(texts.nav.maintenance);
  await expect(maintenancePage.add).toBeHidden();
  await expect(maintenancePage.row(name).getByRole("button")).toHaveCount(0);
  // Nobody has to reload anything.
  await expect(page.getByText(words.none, { exact: true })).toBeVisible({ timeout: 75_000 });
  await page.getByRole("link", { name: words.past }).click();
  await expect(maintenancePage.row(name)).toContainText(words.over);
});

// The life of an incident, as people see it.

import { expect } from "@playwright/test";
import { Sink } from "../harness/sink";
import { test } from "../harness/test";
import { texts } from "../harness/texts";

test.use({ settings: { MONITOR_OUTGOING_ALLOW: "127.0.0.1", MONITOR_WATCH_SELF: "true" } });

const RULE = "It <b>runs</b>";

function rule(fire: number): object {
  return { name: RULE, severity: "critical", condition: { kind: "value", series: "uptime", comparison: "above", fire, clear: fire } };
}

test("somebody sees the bell, opens the incident, takes it on and closes it", async ({ administrator: api, dashboard, incidentsPage, page, problems }) => {
  problems.expectStatus(422);
  const sink = await Sink.start();
  await api.post("/api/channels", { name: "Chat", target: { kind: "slack" }, secret: `${sink.url}/hook` });
  await dashboard.open();
  await expect(incidentsPage.bell).toHaveAccessibleName(/0 open/);
  const { rule_id: id } = await api.post<{ rule_id: number }>("/api/rules", rule(0));

  // Nobody has to reload anything.
  await expect(incidentsPage.bell).toHaveAccessibleName(/1 open, 1 not seen/, { timeout: 20_000 });
  await incidentsPage.bell.click();
  await expect(incidentsPage.rows).toHaveCount(1);
  await expect(incidentsPage.row(RULE)).toContainText("uptime");
  await incidentsPage.row(RULE).getByRole("link", { name: RULE }).click();
  await expect(incidentsPage.heading).toContainText(RULE);
  await expect(incidentsPage.facts).toContainText(texts.incidents.open);
  await expect(incidentsPage.timeline.filter({ hasText: texts.incidents.was_told })).toContainText("Chat");
  expect(JSON.parse(sink.posted[0]!.body).text).toContain("It &lt;b&gt;runs&lt;/b&gt;");
  await expect(incidentsPage.bell).toHaveAccessibleName(/1 open, 0 not seen/);

  await incidentsPage.press(texts.incidents.add_note);
  await expect(page.getByText("must not be empty")).toBeVisible();
  await incidentsPage.say("I look into it");
  await incidentsPage.press(texts.incidents.acknowledge);
  await expect(incidentsPage.facts).toContainText("Acknowledged by ada");
  await incidentsPage.say("The <script>alert(1)</script> is to blame");
  await incidentsPage.press(texts.incidents.add_note);
  await expect(incidentsPage.timeline.filter({ hasText: "<script>alert(1)</script>" })).toBeVisible();
  await page.getByLabel(texts.incidents.assign).selectOption("ada");
  await page.getByLabel(texts.incidents.priority).selectOption({ label: texts.incidents.p1 });
  await expect(incidentsPage.facts.locator(".incident-priority")).toHaveText("P1");
  await incidentsPage.press(texts.incidents.silence_hour);
  await expect(incidentsPage.facts).toContainText(texts.incidents.silenced_until);

  // What is being written stays when the incident ends meanwhile.
  await incidentsPage.say("half a sentence");
  await api.put(`/api/rules/${id}`, rule(1e12));
  await expect(incidentsPage.timeline.filter({ hasText: texts.incidents.was_over })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByLabel(texts.incidents.say)).toHaveValue("half a sentence");
  await expect(incidentsPage.bell).toHaveAccessibleName(/0 open/);
  await expect.poll(() => sink.posted.length).toBe(2);
  expect(JSON.parse(sink.posted[1]!.body).text).toMatch(/^Over: /);

  await page.reload();
  await expect(incidentsPage.timeline.filter({ hasText: "I look into it" })).toBeVisible();
  await page.getByRole("link", { name: texts.incidents.charts }).click();
  await expect(page).toHaveURL(/\/servers\/1\?from=\d+&to=\d+/);
  await sink.stop();
});

test("the list says when nothing is wrong, and an incident that is not there says so", async ({ administrator: _, incidentsPage, page, problems }) => {
  await incidentsPage.open();
  await expect(page.getByText(texts.incidents.none_open)).toBeVisible();
  await incidentsPage.open("?show=all");
  await expect(page.getByText(texts.incidents.none_ever)).toBeVisible();
  problems.expectStatus(404);
  await page.goto("/incidents/4711");
  await expect(page.getByText(texts.error.page)).toBeVisible();
});

test("a row shows what is open and loses it, the bell moves at once, all without a reload", async ({ administrator: api, dashboard, incidentsPage, page }) => {
  await dashboard.open();
  const name = (await api.get<{ name: string }[]>("/api/servers"))[0]!.name;
  const row = dashboard.row(name);
  await row.isLive();
  await expect(row.incidents).toHaveCount(0);
  await page.evaluate(() => ((window as unknown as { stayed: boolean }).stayed = true));
  const { rule_id: id } = await api.post<{ rule_id: number }>("/api/rules", rule(0));
  await expect.poll(async () => (await api.get<unknown[]>("/api/incidents?open=true")).length, { intervals: [50], timeout: 20_000 }).toBe(1);
  await expect(incidentsPage.bell).toHaveAccessibleName(/1 open, 1 not seen/, { timeout: 2_000 });
  await expect(row.incidents).toHaveText("1 critical", { timeout: 2_000 });
  await row.is("critical", 2_000);
  await expect(dashboard.incidents).toContainText("1");

  const [incident] = await api.get<{ id: number }[]>("/api/incidents?open=true");
  await api.post(`/api/incidents/${incident!.id}/actions`, { action: "acknowledge" });
  await expect(row.incidents).toHaveText("1 acknowledged", { timeout: 2_000 });

  // The page of the server says so too.
  await row.link.click();
  await expect(page.locator(".server-head .open-incidents")).toHaveText("Open incidents: 1");
  await page.goBack();
  await row.isLive();
  await expect(row.incidents).toHaveText("1 acknowledged");

  // From the row to its incidents.
  await row.incidents.click();
  await expect(page).toHaveURL(/\/incidents\?server=1$/);
  await expect(incidentsPage.rows).toHaveCount(1);
  await page.goBack();
  await api.put(`/api/rules/${id}`, rule(1e12));
  await expect(row.incidents).toHaveCount(0, { timeout: 10_000 });
  await expect(incidentsPage.bell).toHaveAccessibleName(/0 open/);
  expect(await page.evaluate(() => (window as unknown as { stayed?: boolean }).stayed), "nothing was loaded anew").toBe(true);
});

test("the list is narrowed in the address, and a storm is acknowledged at once", async ({ administrator: api, incidentsPage, page }) => {
  for (const number of [1, 2, 3]) {
    await api.addServer({ name: `storm-${number}`, host: "127.0.0.9", port: 9, username: "nobody", password: "of no use here" });
  }
  await api.post("/api/rules", rule(0));
  await incidentsPage.open();
  // They come in by themselves.
  await expect(incidentsPage.rows).toHaveCount(4, { timeout: 30_000 });
  await incidentsPage.search.fill("storm");
  await expect(incidentsPage.rows).toHaveCount(3);
  await expect(page).toHaveURL(/q=storm/);
  await incidentsPage.filter(texts.incidents.server).selectOption("storm-2");
  await expect(incidentsPage.rows).toHaveCount(1);
  await page.reload();
  await expect(incidentsPage.rows).toHaveCount(1);
  await expect(incidentsPage.search).toHaveValue("storm");
  await page.getByRole("link", { name: texts.fleet.clear }).click();
  await expect(incidentsPage.rows).toHaveCount(4);
  await incidentsPage.filter(texts.incidents.rule).selectOption(RULE);
  await expect(incidentsPage.rows).toHaveCount(1);
  await incidentsPage.filter(texts.incidents.rule).selectOption("");
  await incidentsPage.filter(texts.incidents.priority).selectOption({ label: texts.incidents.p1 });
  await expect(incidentsPage.rows).toHaveCount(3);

  await incidentsPage.acknowledgeAll.click();
  await page.getByRole("dialog").getByLabel(texts.incidents.reason).fill("the switch is down");
  await page.getByRole("dialog").getByRole("button", { name: texts.incidents.acknowledge, exact: true }).click();
  await expect(incidentsPage.rows.filter({ hasText: "Acknowledged by ada" })).toHaveCount(3);
  await expect(incidentsPage.acknowledgeAll).toBeHidden();
  await incidentsPage.filter(texts.incidents.standing).selectOption("false");
  await expect(page.getByText(texts.incidents.none_fit, { exact: true })).toBeVisible();
  await expect(incidentsPage.rows).toHaveCount(0);
  await incidentsPage.filter(texts.incidents.standing).selectOption("true");
  await expect(incidentsPage.rows).toHaveCount(3);
  await page.getByRole("link", { name: texts.fleet.clear }).click();
  await expect(incidentsPage.rows.filter({ hasText: RULE })).toContainText(texts.incidents.open);
  await expect(incidentsPage.acknowledgeAll).toBeVisible();
  await incidentsPage.search.fill("no such thing");
  await expect(page.getByText(texts.incidents.none_fit)).toBeVisible();
});

test.describe("with JavaScript switched off", () => {
  test.use({ javaScriptEnabled: false });

  test("the list is narrowed all the same, and what is over stays in it", async ({ administrator: _, incidentsPage, page, problems }) => {
    problems.expectNoScripts();
    await page.goto("/incidents?show=all&server=1");
    await expect(incidentsPage.filter(texts.incidents.server)).toHaveValue("1");
    await incidentsPage.search.fill("no such thing");
    await incidentsPage.search.press("Enter");
    await expect(page.getByText(texts.incidents.none_fit, { exact: true })).toBeVisible();
    await expect(page).toHaveURL(/q=no\+such\+thing.*server=1.*show=all/);
    await incidentsPage.filter(texts.incidents.priority).selectOption("1");
    await page.getByRole("search").getByRole("button", { name: texts.history.show, exact: true }).click();
    await expect(page).toHaveURL(/priority=1/);
  });
});

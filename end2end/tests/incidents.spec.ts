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

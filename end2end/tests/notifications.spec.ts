// Who is told: channels, levels and thresholds, as an administrator sets them up.

import { expect } from "@playwright/test";
import { Sink } from "../harness/sink";
import { test } from "../harness/test";
import { texts } from "../harness/texts";

test.use({ settings: { MONITOR_OUTGOING_ALLOW: "127.0.0.1" } });

const words = texts.notifications;

test("a channel is made, tried, put into a level and deleted", async ({ administrator: api, notificationsPage, page, problems }) => {
  problems.expectStatus(422);
  const sink = await Sink.start();
  await notificationsPage.open();
  await expect(page.getByText(words.none)).toBeVisible();

  await notificationsPage.add("telegram", "On call");
  await notificationsPage.fill(words.chat_id, "people");
  await notificationsPage.fill(words.api_url, sink.url);
  await notificationsPage.fill(words.bot_token, "123456:ABC-DEF");
  await notificationsPage.save();
  await expect(notificationsPage.dialog.getByText("must be the chat's number")).toBeVisible();
  await notificationsPage.fill(words.chat_id, "-100123");
  await notificationsPage.save();
  await expect(notificationsPage.dialog).toBeHidden();

  const channel = notificationsPage.channel("On call");
  await channel.getByRole("button", { name: words.test }).click();
  await expect(channel).toContainText(words.test_taken);
  await expect(channel).toContainText("200 OK");
  expect(sink.posted[0]!.path).toBe("/bot123456:ABC-DEF/sendMessage");
  expect(await page.content()).not.toContain("ABC-DEF");

  // A chat is told of what is critical, not of warnings; that can be changed.
  const warnings = notificationsPage.level("Level 1: warning");
  await expect(warnings).toContainText(words.nobody);
  await warnings.getByRole("button", { name: words.add_step }).click();
  await warnings.getByLabel("On call").check();
  await warnings.getByRole("button", { name: texts.action.save }).click();
  await expect(page.getByText(words.level_saved)).toBeVisible();
  const levels = await api.get<{ steps: { after_secs: number; channels: number[] }[] }[]>("/api/levels");
  expect(levels.map((level) => level.steps.length)).toEqual([1, 1, 1]);

  // Own texts are looked at before they are kept.
  await channel.getByRole("button", { name: /Edit/ }).click();
  await notificationsPage.dialog.getByText(words.templates).click();
  await notificationsPage.fill(words.title, "{{ rule }} hurts {{ count }} servers");
  await notificationsPage.dialog.getByRole("button", { name: words.preview }).click();
  await expect(notificationsPage.dialog.getByText("CPU critical hurts 2 servers")).toBeVisible();
  await notificationsPage.save();
  await expect(notificationsPage.dialog).toBeHidden();
  await channel.getByRole("button", { name: words.test }).click();
  await expect.poll(() => sink.posted.length).toBe(2);
  expect(JSON.parse(sink.posted[1]!.body).text, "the token was kept").toContain("CPU critical hurts 1 servers");

  await channel.getByRole("button", { name: /Delete/ }).click();
  await page.getByRole("textbox", { name: /On call/ }).fill("On call");
  await page.getByRole("button", { name: texts.action.delete, exact: true }).click();
  await expect(page.getByText(words.none)).toBeVisible();
  await expect(notificationsPage.level("Level 1: warning")).toContainText(words.nobody);
  await sink.stop();
});

test("a channel that does not work says why", async ({ administrator: _, notificationsPage }) => {
  await notificationsPage.open();
  await notificationsPage.add("email", "Mail");
  await notificationsPage.fill(words.host, "127.0.0.1");
  await notificationsPage.fill(words.port, "9");
  await notificationsPage.fill(words.from, "monitor@example.com");
  await notificationsPage.fill(words.to, "ops@example.com, ada@example.com");
  await notificationsPage.save();
  await expect(notificationsPage.dialog).toBeHidden();
  const channel = notificationsPage.channel("Mail");
  await channel.getByRole("button", { name: words.test }).click();
  await expect(channel).toContainText(words.test_refused);
  await expect(channel).toContainText(/refused/i);
});

test("thresholds are set, and refused where they make no sense", async ({ administrator: api, notificationsPage, page, problems }) => {
  problems.expectStatus(422);
  await notificationsPage.open();
  await page.getByLabel(words.cpu_warning).fill("95");
  const save = page.getByRole("region", { name: words.thresholds }).getByRole("button", { name: texts.action.save });
  await save.click();
  await expect(page.getByText("must not be below the warning")).toBeVisible();
  await page.getByLabel(words.cpu_warning).fill("70");
  await save.click();
  await expect(page.getByText(words.thresholds_saved)).toBeVisible();
  expect(await api.get("/api/settings")).toMatchObject({ cpu_warning_threshold: 70, cpu_critical_threshold: 90 });
});

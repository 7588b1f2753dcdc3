// Rules as people write them: tried over the past, saved, seen to fire, switched off and deleted.

import { givePast, SPIKE_MINUTES } from "../harness/past";
import { expect, SESSION_COOKIE, test } from "../harness/test";
import { Api } from "../harness/api";
import { filled, texts } from "../harness/texts";

const words = texts.rules;
const MINUTE_MS = 60_000;

test.use({ settings: { MONITOR_WATCH_SELF: "true" } });

test("somebody writes a rule, sees when it would have fired, saves it, sees it fire and switches it off", async ({
  administrator,
  program,
  rulesPage,
  incidentsPage,
  page,
}) => {
  await givePast(program, { days: 1 });
  const spikeMs = Date.now() - SPIKE_MINUTES * MINUTE_MS;
  const [server] = await administrator.get<{ id: number; name: string }[]>("/api/servers");
  const { length: before } = await administrator.get<object[]>("/api/rules");
  await rulesPage.open();
  await expect(rulesPage.rows).toHaveCount(before);
  await rulesPage.add.click();
  await rulesPage.enterValue({ name: "CPU <b>at the top</b>", series: "cpu.busy", fire: "98.5", server: server!.name });
  await expect(rulesPage.field(words.clear), "a band is suggested").toHaveValue("93.5");
  await rulesPage.wait(words.bad_for, "0", words.seconds);
  await rulesPage.wait(words.good_for, "0", words.seconds);

  await rulesPage.trial.getByRole("button", { name: words.last_day }).click();
  await expect(rulesPage.verdict).toHaveText(words.would, { timeout: 30_000 });
  const times = await rulesPage.firings.locator("time").evaluateAll((all) => all.map((time) => Date.parse((time as HTMLTimeElement).dateTime)));
  expect(times.some((at) => Math.abs(at - spikeMs) < 3 * MINUTE_MS), `${times} around ${spikeMs}`).toBe(true);
  await expect(rulesPage.firings.first()).toContainText(server!.name);
  expect(await administrator.get<object[]>("/api/rules"), "nothing was saved by it").toHaveLength(before);
  const [charts] = await Promise.all([page.context().waitForEvent("page"), rulesPage.firings.first().getByRole("link").click({ modifiers: ["ControlOrMeta"] })]);
  await expect(charts).toHaveURL(new RegExp(`/servers/${server!.id}\\?from=\\d+&to=\\d+`));
  await charts.close();

  // What cannot have fired says so, and what was entered is still there.
  await rulesPage.field(words.fire).fill("100.5");
  await rulesPage.trial.getByRole("button", { name: words.last_week }).click();
  await expect(rulesPage.verdict).toHaveText(words.would_not, { timeout: 30_000 });
  await rulesPage.field(words.fire).fill("0");
  await rulesPage.field(words.clear).fill("0");
  await rulesPage.save.click();
  await expect(rulesPage.row("CPU <b>at the top</b>")).toContainText("cpu.busy at 0");

  await expect(incidentsPage.bell).toHaveAccessibleName(/1 open/, { timeout: 20_000 });
  await page.reload();
  await rulesPage.row("CPU <b>at the top</b>").getByRole("link", { name: filled(words.open, { count: 1 }) }).click();
  await expect(incidentsPage.rows).toHaveCount(1);
  await incidentsPage.rows.getByRole("link").first().click();
  await incidentsPage.facts.getByRole("link", { name: "CPU <b>at the top</b>" }).click();
  await expect(rulesPage.heading).toHaveText("CPU <b>at the top</b>");
  await expect(rulesPage.field(words.fire)).toHaveValue("0");

  await rulesPage.open();
  await rulesPage.switchOf("CPU <b>at the top</b>").click();
  await expect(page.getByText(filled(words.switched_off, { name: "CPU <b>at the top</b>" }))).toBeVisible();
  await expect(incidentsPage.bell).toHaveAccessibleName(/0 open/, { timeout: 20_000 });
  await page.reload();
  await expect(rulesPage.switchOf("CPU <b>at the top</b>")).not.toBeChecked();

  await rulesPage.row("CPU <b>at the top</b>").getByRole("link").first().click();
  await rulesPage.delete.click();
  await rulesPage.dialog.getByRole("textbox").fill("CPU <b>at the top</b>");
  await rulesPage.dialog.getByRole("button", { name: texts.action.delete }).click();
  await expect(rulesPage.rows).toHaveCount(before);
});

test("what cannot be taken is said beside its field, and nothing that was typed is lost", async ({ administrator: _, rulesPage, page, problems }) => {
  problems.expectStatus(404, 409, 422);
  await rulesPage.openNew();
  await rulesPage.enterValue({ name: "CPU high", series: "cpu.busy", fire: "a lot", server: "no such server" });
  await rulesPage.save.click();
  await expect(rulesPage.complaint("fire")).toContainText("must be a number");
  await expect(rulesPage.complaint("scope")).not.toBeEmpty();
  await rulesPage.trial.getByRole("button", { name: words.last_day }).click();
  await expect(rulesPage.trial).toContainText(texts.error.fields);
  await rulesPage.field(words.fire).fill("80");
  await rulesPage.field(words.clear).fill("81");
  await rulesPage.field(words.looks_at_which).selectOption("all");
  await rulesPage.save.click();
  await expect(rulesPage.complaint("clear")).toContainText("must not be above");
  await rulesPage.field(words.clear).fill("70");
  await rulesPage.save.click();
  await expect(rulesPage.complaint("name")).not.toBeEmpty();
  await expect(rulesPage.field(words.name)).toHaveValue("CPU high");
  await expect(rulesPage.field(words.fire)).toHaveValue("80");

  // Each kind has its own fields; those of another one are kept for when it is chosen again.
  await rulesPage.field(words.kind).selectOption("certificate_ends");
  await expect(rulesPage.field(words.fire)).toHaveCount(0);
  await rulesPage.field(words.host).fill("a b");
  await rulesPage.save.click();
  await expect(rulesPage.complaint("host")).not.toBeEmpty();
  await rulesPage.field(words.host).fill("shop.example.com");
  await rulesPage.field(words.name).fill("Shop's certificate");
  await rulesPage.trial.getByRole("button", { name: words.last_month }).click();
  await expect(rulesPage.trial).toContainText(words.no_history);
  await rulesPage.field(words.kind).selectOption("value");
  await expect(rulesPage.field(words.fire)).toHaveValue("80");
  await rulesPage.field(words.kind).selectOption("certificate_ends");
  await rulesPage.save.click();
  await expect(rulesPage.row("Shop's certificate")).toContainText("shop.example.com:443 certificate ends within 14 days");
  await rulesPage.search.fill("certificate");
  await expect(rulesPage.rows).toHaveCount(1);
  await rulesPage.search.fill("nothing like it");
  await expect(page.getByText(words.none_fits)).toBeVisible();
  await page.goto("/rules/4711");
  await expect(page.getByText(texts.error.page)).toBeVisible();
});

test("a dry run can be cancelled", async ({ administrator: _, rulesPage, page }) => {
  await rulesPage.openNew();
  await rulesPage.field(words.series).fill("cpu.busy");
  let asked = 0;
  await page.route("**/sfn/try-rule*", async (route) => {
    asked += 1;
    // Longer than the test waits for anything.
    if (asked === 1) await new Promise((done) => setTimeout(done, 60_000));
    await route.continue();
  });
  const aborted = page.waitForEvent("requestfailed", (request) => request.url().includes("/sfn/try-rule"));
  await rulesPage.trial.getByRole("button", { name: words.last_month }).click();
  await expect(rulesPage.trial).toContainText(words.trying);
  await expect(rulesPage.trial.getByRole("button", { name: words.last_day })).toBeDisabled();
  await rulesPage.trial.getByRole("button", { name: texts.action.cancel }).click();
  await expect(rulesPage.trial.getByRole("button", { name: words.last_day })).toBeEnabled();
  await aborted;
  await expect(rulesPage.verdict).toHaveCount(0);
  await rulesPage.trial.getByRole("button", { name: words.last_day }).click();
  await expect(rulesPage.verdict).toBeVisible({ timeout: 30_000 });
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("who may not change rules reads and tries them", async ({ administrator, context, rulesPage, page }) => {
  await administrator.post("/api/users", { username: "grace", email: "grace@example.com", password: "correct horse battery", role: "user" });
  const grace = new Api(administrator.url);
  const { token } = await grace.post<{ token: string }>("/api/auth/login", { username: "grace", password: "correct horse battery" });
  await context.clearCookies();
  await context.addCookies([{ name: SESSION_COOKIE, value: token, url: administrator.url, httpOnly: true, sameSite: "Lax" }]);
  await rulesPage.open();
  await expect(rulesPage.row("Server offline")).toBeVisible();
  await expect(rulesPage.add).toHaveCount(0);
  await expect(page.getByRole("switch")).toHaveCount(0);
  await rulesPage.row("CPU high").getByRole("link").first().click();
  await expect(page.getByText(words.read_only)).toBeVisible();
  await expect(rulesPage.field(words.fire)).toBeDisabled();
  await expect(rulesPage.save).toBeHidden();
  await expect(rulesPage.delete).toHaveCount(0);
  await rulesPage.trial.getByRole("button", { name: words.last_day }).click();
  await expect(rulesPage.verdict).toBeVisible({ timeout: 30_000 });
});

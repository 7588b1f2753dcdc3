// The whole fleet as it was at a moment.

import { givePast, SPIKE_MINUTES } from "../harness/past";
import { expect, test } from "../harness/test";
import { filled, texts } from "../harness/texts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Listed {
  id: number;
  name: string;
}

/** When the processor of a server was at 99 %, in Unix milliseconds. */
async function spikeOf(administrator: { get<T>(path: string): Promise<T> }, { id }: Listed): Promise<number> {
  const around = Date.now() - SPIKE_MINUTES * MINUTE;
  const query = `series=cpu.busy&step=1000&from=${around - 5 * MINUTE}&to=${around + 5 * MINUTE}`;
  const { series } = await administrator.get<{ series: { points: [number, number][] }[] }>(`/api/servers/${id}/metrics/history?${query}`);
  return series[0]!.points.find(([, value]) => value === 99)![0];
}

test("a person sees the fleet of a moment, steps on, shares the address, and goes back to now", async ({
  page,
  administrator,
  program,
  dashboard,
  pastPage,
}) => {
  await givePast(program, { days: 1, add: 2 });
  const servers = await administrator.get<Listed[]>("/api/servers");
  const spikeMs = await spikeOf(administrator, servers.find(({ name }) => name === "seeded-0001")!);

  await dashboard.open();
  await dashboard.row("seeded-0001").is("offline");
  await pastPage.look.click();
  await expect(pastPage.bar).toBeVisible();
  await dashboard.row("seeded-0001").is("online");

  await pastPage.open(spikeMs);
  await dashboard.row("seeded-0001").is("critical");
  await expect(dashboard.row("seeded-0001").value("cpu")).toContainText("99.0");
  await expect(dashboard.row("seeded-0001").value("memory")).toContainText(/\d/);
  await expect(dashboard.count("critical")).toContainText(String(servers.length));
  const title = await pastPage.title.innerText();
  await expect(page).toHaveTitle(new RegExp(filled(texts.past.page, { moment: "" })));
  await expect(pastPage.bar).toContainText(texts.past.as_sampled);
  // The values stand still: what comes in meanwhile belongs to now.
  const row = await dashboard.row("seeded-0001").row.innerText();
  await page.waitForTimeout(6_000);
  expect(await dashboard.row("seeded-0001").row.innerText()).toBe(row);

  const other = await page.context().browser()!.newContext({ storageState: await page.context().storageState() });
  const shared = await other.newPage();
  await shared.goto(page.url());
  await expect(shared.locator(".past-title")).toHaveText(title);
  await expect(shared.locator("tbody").getByRole("row").filter({ hasText: "seeded-0001" })).toContainText("99.0");
  await other.close();

  await pastPage.step(texts.past.minute, "later");
  await expect(page).toHaveURL(new RegExp(`at=${spikeMs + MINUTE}`));
  await dashboard.row("seeded-0001").is("online");
  await dashboard.search.fill("0002");
  await expect(dashboard.rows).toHaveCount(1);
  await expect(page).toHaveURL(new RegExp(`at=${spikeMs + MINUTE}`));
  await dashboard.clear.click();

  await pastPage.toNow.click();
  await expect(pastPage.bar).toBeHidden();
  await expect(dashboard.heading).toBeVisible();
  await dashboard.row("seeded-0001").is("offline");
});

test("a server that was away is offline then, and one that came later is not there", async ({ program, dashboard, pastPage }) => {
  await givePast(program, { days: 1, add: 1 });
  await pastPage.open(Date.now() - 2.5 * HOUR);
  await dashboard.row("seeded-0001").is("offline");
  await expect(dashboard.row("seeded-0001").reason).toContainText(texts.past.was_offline);
  await expect(dashboard.rows).toHaveCount(1);
});

test("the processes of that minute are on the server's page, which leads back to the fleet", async ({
  page,
  administrator,
  program,
  dashboard,
  pastPage,
}) => {
  await givePast(program, { days: 1, add: 1 });
  const server = (await administrator.get<Listed[]>("/api/servers")).find(({ name }) => name === "seeded-0001")!;
  const spikeMs = await spikeOf(administrator, server);
  await pastPage.open(spikeMs);
  await dashboard.row("seeded-0001").link.click();
  await expect(page).toHaveURL(new RegExp(`/servers/${server.id}\\?at=${spikeMs}`));
  const processes = page.getByRole("region", { name: texts.past.processes });
  await expect(processes.locator("tbody").getByRole("row").first()).toContainText("restic backup");
  await page.goto(`/servers/${server.id}?at=${spikeMs - HOUR}`);
  await expect(processes).toContainText(texts.past.no_processes);
  await page.goto(`/servers/${server.id}?at=${spikeMs}`);
  await page.getByRole("link", { name: texts.past.fleet }).click();
  await expect(pastPage.bar).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`at=${spikeMs}`));
});

test("a moment that cannot be shown says why and leads on", async ({ page, program, dashboard, pastPage, problems }) => {
  problems.expectStatus(422);
  await givePast(program, { days: 1, add: 1 });
  await pastPage.open(Date.now() + HOUR);
  await expect(page.getByText(texts.past.future, { exact: true }).first()).toBeVisible();
  await pastPage.open(Date.now() - 90 * 24 * HOUR);
  await expect(page.getByText(texts.past.nothing)).toBeVisible();
  await page.getByRole("link", { name: texts.past.to_first }).click();
  await dashboard.row("seeded-0001").is("online");
  await pastPage.moment.fill("2020-01-01T00:00:00");
  await pastPage.show.click();
  await expect(page.getByText(texts.past.nothing)).toBeVisible();
  await pastPage.moment.fill("");
  await pastPage.show.click();
  await expect(page.getByText(texts.past.no_moment)).toBeVisible();
});

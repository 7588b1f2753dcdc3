// The past of a server as charts.

import { AWAY_HOURS, givePast, SPIKE_MINUTES } from "../harness/past";
import { expect, test } from "../harness/test";
import { filled, texts } from "../harness/texts";

const CPU = texts.metric.cpu;
const MEMORY = texts.metric.memory;
const HOUR = 3_600;

/** Gives the machine that the monitor runs on a past; gives its id. */
async function seeded(administrator: { get<T>(path: string): Promise<T> }, program: Parameters<typeof givePast>[0], past = {}) {
  await givePast(program, past);
  const servers = await administrator.get<{ id: number; name: string; via: string }[]>("/api/servers");
  const own = servers.find((server) => server.via === "local")!;
  return { ...own, others: servers.filter((server) => server.id !== own.id) };
}

test("a person picks a time, zooms by dragging, goes back by a double click, and can share the address", async ({
  page,
  administrator,
  program,
  historyPage,
}) => {
  const { id } = await seeded(administrator, program);
  await historyPage.open(id, "range=1h");
  for (const [label, seconds] of [
    [texts.history.five_minutes, 300],
    [texts.history.day, 24 * HOUR],
    [texts.history.year, 365 * 24 * HOUR],
    [texts.history.six_hours, 6 * HOUR],
  ] as const) {
    await historyPage.choose(label);
    await expect.poll(async () => { const { from, to } = await historyPage.span(CPU); return Math.round(to - from); }).toBe(seconds);
    expect(await historyPage.span(MEMORY)).toEqual(await historyPage.span(CPU));
  }
  await historyPage.isDrawn();
  const before = await historyPage.span(CPU);
  await historyPage.drag(CPU, 0.5, 0.75);
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
  await historyPage.isDrawn();
  await expect.poll(async () => { const { from, to } = await historyPage.span(MEMORY); return Math.abs(to - from - 1.5 * HOUR) < 120; }).toBe(true);
  const zoomed = await historyPage.span(CPU);
  expect(Math.abs(zoomed.from - (before.from + 3 * HOUR))).toBeLessThan(300);

  const shared = await page.context().newPage();
  await shared.goto(page.url());
  await expect(shared.locator(".history-plot").first()).toHaveAttribute("data-from", String(zoomed.from));
  await shared.close();

  await historyPage.plot(CPU).locator(".u-over").dblclick();
  await expect(page).toHaveURL(/range=6h/);
  await expect.poll(async () => { const { from, to } = await historyPage.span(CPU); return Math.round(to - from); }).toBe(6 * HOUR);
});

test("a spike is in the band, a gap is a gap, and the table says both", async ({ administrator, program, historyPage }) => {
  const { id } = await seeded(administrator, program);
  const seededMs = Date.now();
  await historyPage.open(id, "range=6h");
  const rows = await historyPage.rows(CPU);
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => ({ at: row.querySelector("time")!.dateTime, text: row.querySelector("td")!.textContent ?? "" })),
  );
  const within = (at: string, fromMs: number, toMs: number) => Date.parse(at) >= fromMs && Date.parse(at) <= toMs;
  const hourMs = 3_600_000;
  const away = cells.filter(({ at }) => within(at, seededMs - AWAY_HOURS.from * hourMs + 10 * 60_000, seededMs - AWAY_HOURS.to * hourMs - 20 * 60_000));
  expect(away.length).toBeGreaterThan(2);
  expect(away.every(({ text }) => text === texts.history.no_value), JSON.stringify(away)).toBe(true);
  const spikeMs = seededMs - SPIKE_MINUTES * 60_000;
  const spike = cells.find(({ at }) => within(at, spikeMs - 8 * 60_000, spikeMs + 60_000))!;
  expect(cells.some(({ text }) => /– 99\.0 %/.test(text)), JSON.stringify(cells)).toBe(true);
  expect(spike).toBeDefined();
});

test("all charts share the cursor, and the newest end moves", async ({ administrator, program, historyPage }) => {
  const { id } = await seeded(administrator, program, { days: 1 });
  await historyPage.open(id, "range=5m");
  await historyPage.pointAt(CPU, 0.5);
  await expect(historyPage.plot(MEMORY).locator(".u-cursor-x")).not.toHaveCSS("transform", "matrix(1, 0, 0, 1, -10, 0)");
  const before = await historyPage.span(CPU);
  await expect.poll(async () => (await historyPage.span(CPU)).to, { timeout: 20_000 }).toBeGreaterThan(before.to + 4);
  const points = Number(await historyPage.plot(CPU).getAttribute("data-points"));
  await expect
    .poll(async () => Number(await historyPage.plot(CPU).getAttribute("data-points")), { timeout: 20_000 })
    .not.toBe(points);
});

test("last week and another server are drawn beside", async ({ page, administrator, program, historyPage }) => {
  const { id, name, others } = await seeded(administrator, program, { days: 8, step: 60, add: 2 });
  await historyPage.open(id, "range=1h");
  await page.getByRole("button", { name: texts.history.last_week }).click();
  await expect(page).toHaveURL(/compare=week/);
  await expect(historyPage.legend(CPU)).toHaveText([texts.history.busy, filled(texts.history.before, { label: texts.history.busy })]);
  await historyPage.isDrawn();
  await page.getByRole("combobox", { name: texts.history.add_server }).selectOption({ label: others[0]!.name });
  await expect(page).toHaveURL(new RegExp(`with=${others[0]!.id}`));
  await page.getByRole("button", { name: texts.history.last_week }).click();
  await expect(historyPage.legend(CPU)).toHaveText([name, others[0]!.name]);
  await historyPage.isDrawn();
  await page.getByRole("button", { name: filled(texts.history.remove, { title: others[0]!.name }) }).click();
  await expect(historyPage.legend(CPU)).toHaveText([texts.history.busy]);
});

test("a series of one core gets a chart of its own, and what is shown can be taken along", async ({
  page,
  administrator,
  program,
  historyPage,
}) => {
  const { id } = await seeded(administrator, program, { days: 1 });
  await historyPage.open(id, "range=1h");
  await page.getByRole("combobox", { name: texts.history.add_chart }).selectOption("cpu.user:0");
  await expect(historyPage.plot("cpu.user:0")).toHaveAttribute("data-points", /^[1-9]/);
  const starts = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const text = (await (await starts).createReadStream()).setEncoding("utf8");
  let file = "";
  for await (const part of text) file += part;
  const lines = file.trim().split("\r\n");
  expect(lines[0]).toBe("time,server_id,server,series,avg,min,max");
  expect(lines.filter((line) => line.includes(",cpu.user:0,")).length).toBeGreaterThan(50);
});

test("a time that makes no sense is refused in words, and a time without values says so", async ({
  page,
  administrator,
  program,
  historyPage,
}) => {
  const { id } = await seeded(administrator, program, { days: 1 });
  await historyPage.open(id, "range=1h");
  await page.getByLabel(texts.history.from, { exact: true }).fill("2020-01-02T00:00:00");
  await page.getByLabel(texts.history.to, { exact: true }).fill("2020-01-01T00:00:00");
  await page.getByRole("button", { name: texts.history.show }).click();
  await expect(page.getByText(texts.history.turned)).toBeVisible();
  await page.getByLabel(texts.history.to, { exact: true }).fill("2020-01-03T00:00:00");
  await page.getByRole("button", { name: texts.history.show }).click();
  await expect(historyPage.card(CPU).getByText(texts.history.nothing)).toBeVisible();
});

test("what draws the charts is loaded by pages that have some, and by no other", async ({ page, administrator, program, dashboard, historyPage }) => {
  const { id } = await seeded(administrator, program, { days: 1 });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await dashboard.open();
  await page.goto(`/servers/${id}`);
  await historyPage.isAlive();
  expect(asked.filter((path) => /uplot|charts/i.test(path))).toEqual([]);
  await page.getByRole("link", { name: texts.history.title, exact: true }).click();
  await historyPage.isDrawn();
  expect(asked.filter((path) => /uPlot.*\.js$/.test(path))).toHaveLength(1);
});

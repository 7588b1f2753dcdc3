// A server's page: every section with values of this machine, moving every second.

import { cpus, release, totalmem } from "node:os";
import type { Api } from "../harness/api";
import { expect, reaching, test } from "../harness/test";
import { filled, texts } from "../harness/texts";

const GIB = 1024 ** 3;

test("every section is there, with the values of the machine", async ({ serverPage, administrator, sshd, page }) => {
  const { id } = await administrator.addServer(reaching(sshd, "web-1", { description: "The shop's front" }));
  await serverPage.open(id);
  await serverPage.isLive();

  await expect(serverPage.about).toContainText(`${sshd.user}@${sshd.host}:${sshd.port}`);
  await expect(serverPage.about).toContainText("The shop's front");
  await expect(serverPage.fact(texts.detail.distribution)).toHaveText(/\w+/);
  await expect(serverPage.fact(texts.detail.kernel)).toContainText(release());
  await expect(serverPage.fact(texts.metric.uptime)).toHaveText(/\d+\s(d|h|min|s)/);

  const cpu = serverPage.card(texts.metric.cpu);
  expect(await serverPage.headValue(texts.metric.cpu)).toBeLessThanOrEqual(100);
  for (const state of ["user", "system", "nice", "iowait", "irq", "steal", "idle"] as const) {
    await expect(cpu.getByText(texts.cpu[state], { exact: true }), state).toBeVisible();
  }
  await expect(cpu).toContainText(filled(texts.cpu.cores, { count: cpus().length }));

  const memory = serverPage.card(texts.metric.memory);
  await expect(memory).toContainText(new RegExp(`/ ${(totalmem() / GIB).toFixed(1).slice(0, 3)}[\\d.]*\\sGiB`));
  for (const part of ["programs", "shared", "cached", "buffers", "free"] as const) {
    await expect(memory.getByText(texts.memory[part], { exact: true }), part).toBeVisible();
  }
  await expect(memory.getByText(texts.memory.swap, { exact: true })).toBeVisible();

  const load = serverPage.card(texts.load.title);
  await expect(load).toContainText(/\d[\d.]* · \d[\d.]* · \d[\d.]*/);
  for (const row of [texts.metric.cpu, texts.metric.memory, texts.pressure.io]) {
    await expect(load.getByRole("table", { name: texts.pressure.title }).getByRole("rowheader", { name: row })).toBeVisible();
  }

  const interfaces = serverPage.card(texts.metric.network).getByRole("table", { name: texts.network.interfaces });
  await expect(interfaces.getByRole("rowheader", { name: "lo", exact: true })).toBeVisible();
  const disks = serverPage.card(texts.disks.title).getByRole("table");
  await expect(disks.getByRole("rowheader").first()).toBeVisible();
  const filesystems = serverPage.card(texts.filesystems.title).getByRole("table");
  await expect(filesystems.getByRole("rowheader", { name: "/", exact: true })).toBeVisible();
  await expect(filesystems.getByRole("row").nth(1)).toContainText(/\d\s(MiB|GiB|TiB)/);

  const processes = serverPage.card(texts.processes.title).getByRole("table");
  await expect(processes.locator("tbody tr").first()).toContainText(/\d\s%/);
  await processes.getByRole("button", { name: texts.metric.memory }).click();
  await expect(processes.getByRole("columnheader", { name: texts.metric.memory })).toHaveAttribute("aria-sort", "descending");
  await expect(page).toHaveTitle(/web-1/);
});

test("values move every second while somebody looks, and the lines grow", async ({ serverPage, administrator, sshd }) => {
  const { id } = await administrator.addServer(reaching(sshd, "web-1", { interval_secs: 10 }));
  await serverPage.open(id);
  await serverPage.isLive();
  const line = serverPage.lines(texts.metric.cpu).first();
  const points = async () => (await line.getAttribute("d"))?.split(/[ML]/).length ?? 0;
  await expect.poll(points).toBeGreaterThan(2);

  const before = await points();
  const changes = await line.evaluate(
    (path) =>
      new Promise<number>((resolve) => {
        let count = 0;
        const watcher = new MutationObserver(() => (count += 1));
        watcher.observe(path, { attributes: true, attributeFilter: ["d"] });
        setTimeout(() => {
          watcher.disconnect();
          resolve(count);
        }, 6_000);
      }),
  );
  expect(changes, "one a second").toBeGreaterThanOrEqual(5);
  expect(await points(), "the line grows").toBeGreaterThanOrEqual(before + 4);
});

test("when nobody looks any more it is sampled at its own interval again", async ({ serverPage, dashboard, administrator, sshd }) => {
  const { id } = await administrator.addServer(reaching(sshd, "web-1", { interval_secs: 4 }));
  await serverPage.open(id);
  await serverPage.isLive();
  expect(await samples(administrator, id, 5_000), "looked at").toBeGreaterThanOrEqual(4);
  await dashboard.open();
  expect(await samples(administrator, id, 9_000), "not looked at").toBeLessThanOrEqual(4);
});

test("the page of a server that is not there says so", async ({ serverPage, page, problems }) => {
  problems.expectStatus(404);
  await serverPage.open(9_999);
  await expect(page.getByText(texts.error.page)).toBeVisible();
});

test("a server that somebody else deletes is said to be gone", async ({ serverPage, administrator, sshd, page }) => {
  const { id } = await administrator.addServer(reaching(sshd, "web-1"));
  await serverPage.open(id);
  await serverPage.isLive();
  await administrator.delete(`/api/servers/${id}`);
  await expect(page.getByText(texts.servers.gone)).toBeVisible();
});

/** How many samples come in so many milliseconds. */
async function samples(api: Api, id: number, ms: number): Promise<number> {
  const seen = new Set<number>();
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const { sample } = await api.get<{ sample: { at_ms: number } | null }>(`/api/servers/${id}/metrics/latest`);
    if (sample) seen.add(sample.at_ms);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return seen.size;
}

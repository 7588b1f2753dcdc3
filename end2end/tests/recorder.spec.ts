// The flight recorder and the chart around an incident, as somebody sees them who opens the link in a message.

import { spawn } from "node:child_process";
import type { Page } from "@playwright/test";
import type { Api } from "../harness/api";
import { freePort } from "../harness/files";
import { expect, reaching, test } from "../harness/test";
import { texts } from "../harness/texts";
import { RecorderPage } from "../pages/recorder";

const RULE = "It runs";
const BUSY = "busy-for-the-recorder";

/** Has a rule fire on a server, and waits until it has. */
async function incident(api: Api, server: number): Promise<number> {
  const condition = { kind: "value", series: "load.one", comparison: "above", fire: -1, clear: -1 };
  await api.post("/api/rules", { name: RULE, severity: "critical", scope: { server }, condition });
  return begun(api, server, RULE);
}

async function begun(api: Api, server: number, rule: string): Promise<number> {
  let id: number | undefined;
  await expect
    .poll(async () => {
      const all = await api.get<{ id: number; rule_name: string }[]>(`/api/incidents?server_id=${server}`);
      id = all.find((one) => one.rule_name === rule)?.id;
      return id;
    }, { timeout: 20_000 })
    .toBeDefined();
  return id!;
}

async function online(api: Api, server: number): Promise<void> {
  await expect.poll(async () => (await api.server(server)).status, { timeout: 20_000 }).toBe("online");
}

async function sticksOut(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

test("the recording appears without a reload, and the chart around it is drawn", async ({ page, administrator: api, sshd }) => {
  const recorder = new RecorderPage(page);
  const { id: server } = await api.addServer(reaching(sshd, "web-1", { interval_secs: 1 }));
  await online(api, server);
  // It ends by itself, should the test not get so far as to end it.
  const busy = spawn("/bin/sh", ["-c", `i=0; while [ $i -lt 300000000 ]; do i=$((i + 1)); done # ${BUSY} <b>bold</b>`]);
  try {
    await recorder.open(await incident(api, server));
    await expect(recorder.card).toBeVisible();
    await expect(recorder.processes.filter({ hasText: BUSY })).toBeVisible({ timeout: 8_000 });
  } finally {
    busy.kill("SIGKILL");
  }
  await expect(recorder.processes.filter({ hasText: BUSY })).toContainText("<b>bold</b>");
  await expect(recorder.card).toContainText(/after the rule fired|the moment the rule fired/);
  await expect(recorder.plot).toHaveAttribute("data-points", /^[1-9]/, { timeout: 30_000 });
  await expect(page.locator(".incident-facts").getByTitle("load.one")).toHaveText(texts.series.load_one);

  await recorder.sortBy(texts.metric.memory);
  await expect(recorder.card.locator("th[aria-sort]")).toHaveText(texts.metric.memory);
  await recorder.show(texts.recorder.pressure);
  await expect(recorder.card.getByRole("table", { name: texts.recorder.pressure })).toBeVisible();
  await recorder.show(texts.recorder.sockets);
  await expect(recorder.card).toContainText(`${sshd.host}:${sshd.port}`);
  // Whatever this machine lets be read, something is said about it.
  for (const part of [texts.recorder.failed, texts.recorder.kernel, texts.recorder.journal]) {
    await recorder.show(new RegExp(`^${part}`));
    await expect(recorder.log(part).or(recorder.card.locator(".recorder-problem")).or(recorder.card.getByText(texts.recorder.no_failed)).first()).toBeVisible();
  }

  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    for (const part of [texts.recorder.processes, texts.recorder.pressure, texts.recorder.sockets, texts.recorder.kernel]) {
      await recorder.show(part);
      expect(await sticksOut(page), `${part} at ${width} pixels`).toBeLessThanOrEqual(0);
    }
  }
  await recorder.show(texts.recorder.processes);
  await recorder.sortBy(texts.recorder.written);
  await expect(recorder.values).toHaveText([texts.recorder.written]);
  expect(sshd.log.match(/Accepted publickey/g)).toHaveLength(1);
});

test("of a server that does not answer the page says so, and that nothing was measured", async ({ page, administrator: api, sshd }) => {
  const recorder = new RecorderPage(page);
  const closed = { port: await freePort(sshd.host), host_key_fingerprint: undefined };
  const { id: server } = await api.addServer({ ...reaching(sshd, "gone"), ...closed });
  await recorder.open(await begun(api, server, "Server offline"));
  await expect(recorder.card).toContainText(texts.recorder.no_answer, { timeout: 5_000 });
  await expect(page.locator(".incident-around").getByText(texts.history.nothing)).toBeVisible();
  await page.setViewportSize({ width: 320, height: 844 });
  expect(await sticksOut(page)).toBeLessThanOrEqual(0);
});

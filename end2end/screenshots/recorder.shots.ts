// The page of an incident with the chart around it and what the flight recorder wrote down.

import { spawn } from "node:child_process";
import { expect, test } from "../harness/test";
import { texts } from "../harness/texts";
import { RecorderPage } from "../pages/recorder";
import { shoot, shootWhole } from "./shoot";

test.use({ settings: { MONITOR_WATCH_SELF: "true" } });

test("an incident and its recording", async ({ page, administrator }) => {
  const recorder = new RecorderPage(page);
  const busy = spawn("/bin/sh", ["-c", "i=0; while [ $i -lt 300000000 ]; do i=$((i + 1)); done # nightly-report"]);
  try {
    await page.waitForTimeout(20_000);
    const condition = { kind: "value", series: "cpu.busy", comparison: "above", fire: 20, clear: 2 };
    await administrator.post("/api/rules", { name: "CPU over 20 %", severity: "warning", condition });
    let id = 0;
    await expect
      .poll(async () => {
        const all = await administrator.get<{ id: number; rule_name: string }[]>("/api/incidents");
        id = all.find((one) => one.rule_name === "CPU over 20 %")?.id ?? 0;
        return id;
      }, { timeout: 30_000 })
      .toBeGreaterThan(0);
    await recorder.open(id);
    await expect(recorder.processes.first()).toBeVisible({ timeout: 15_000 });
    await page.waitForTimeout(60_000);
  } finally {
    busy.kill("SIGKILL");
  }
  await expect(recorder.plot).toHaveAttribute("data-points", /^[1-9]/);
  await shoot(page, "incident");
  await shootWhole(page, "incident");
  await recorder.card.scrollIntoViewIfNeeded();
  await shoot(page, "recorder");
  for (const [name, part] of [["pressure", texts.recorder.pressure], ["sockets", texts.recorder.sockets], ["units", texts.recorder.failed], ["kernel", texts.recorder.kernel], ["journal", texts.recorder.journal]] as const) {
    await recorder.show(new RegExp(`^${part}`));
    await recorder.card.scrollIntoViewIfNeeded();
    await shoot(page, `recorder-${name}`);
  }
});

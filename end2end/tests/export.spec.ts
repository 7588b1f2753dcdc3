// What was measured as a file, through the browser's session.

import { readFileSync } from "node:fs";
import { expect, test } from "../harness/test";

test("the browser downloads what was measured as CSV and as JSON", async ({ page, administrator, storagePage }) => {
  const { id } = (await administrator.get<{ id: number }[]>("/api/servers"))[0]!;
  const query = `server_id=${id}&series=cpu.busy,memory.used_percent`;
  await expect
    .poll(async () => String(await administrator.get<string>(`/api/export/history/csv?${query}`)).split("\r\n").length)
    .toBeGreaterThan(4);
  await storagePage.open();
  const files: Record<string, string> = {};
  for (const format of ["csv", "json"]) {
    const starts = page.waitForEvent("download");
    await page.evaluate((href) => {
      const link = document.createElement("a");
      link.href = href;
      link.setAttribute("rel", "external");
      link.setAttribute("download", "");
      document.body.append(link);
      link.click();
    }, `/api/export/history/${format}?${query}`);
    const download = await starts;
    expect(download.suggestedFilename()).toMatch(new RegExp(`^history_\\d{8}T\\d{6}Z\\.${format}$`));
    files[format] = readFileSync(await download.path(), "utf8");
  }
  const [head, first] = files.csv!.split("\r\n");
  expect(head).toBe("time,server_id,server,series,value");
  expect(first).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z,\d+,[^,]+,cpu\.busy,\d/);
  const json = JSON.parse(files.json!) as { servers: { id: number; series: { key: string; points: number[][] }[] }[] };
  expect(json.servers[0]).toMatchObject({ id });
  expect(json.servers[0]!.series.map((series) => series.key)).toEqual(["cpu.busy", "memory.used_percent"]);
  expect(json.servers[0]!.series[0]!.points.length).toBeGreaterThan(0);
});

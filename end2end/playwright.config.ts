import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser";

// What is known not to hold yet, by title. `PENDING=1` runs just these; a test that passes leaves the list.
const pending: string[] = JSON.parse(readFileSync(join(__dirname, "pending.json"), "utf8"));
const titles = pending.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
const isPending = pending.length > 0 ? new RegExp(titles.join("|")) : /^$/;

// Many of these tests measure seconds: with more workers than cores they would measure one another.
export default defineConfig({
  testDir: "tests",
  ...(process.env.PENDING ? { grep: isPending } : { grepInvert: isPending }),
  outputDir: "../target/end2end",
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    ...browser,
    viewport: { width: 1366, height: 900 },
    screenshot: "only-on-failure",
    trace: { mode: "retain-on-failure", screenshots: false },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
  },
});

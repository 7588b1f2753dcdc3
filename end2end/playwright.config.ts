import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser";

// Many of these tests measure seconds: with more workers than cores they would measure one another.
export default defineConfig({
  testDir: "tests",
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

import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser";

// Not tests: each "test" writes pictures of one page. `script/screenshots` runs them.
export default defineConfig({
  testDir: "screenshots",
  testMatch: "*.shots.ts",
  outputDir: "../target/end2end-screenshots",
  workers: 1,
  retries: 0,
  timeout: 180_000,
  reporter: [["list"]],
  use: { ...browser, actionTimeout: 15_000, navigationTimeout: 20_000 },
});

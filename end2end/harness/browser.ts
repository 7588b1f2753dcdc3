// Which Chromium runs the pages, and how; the same for tests and screenshots.

import { existsSync } from "node:fs";
import type { PlaywrightTestConfig } from "@playwright/test";

const SYSTEM = "/usr/bin/chromium";

/** A name that leads to this machine, as somebody on another machine would type the program's. */
export const FOREIGN_NAME = "monitor.example";

/** Without a Chromium of the system, Playwright's own is taken. */
export const browser: PlaywrightTestConfig["use"] = {
  browserName: "chromium",
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? (existsSync(SYSTEM) ? SYSTEM : undefined),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=MAP ${FOREIGN_NAME} 127.0.0.1`,
    ],
  },
  locale: "en-GB",
  timezoneId: "Europe/Paris",
};

// Takes a picture of the page as it stands: light, dark, and at a phone's width.

import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";

const FOLDER = process.env.SCREENSHOTS_DIR ?? resolve(__dirname, "../../target/screenshots");
const DESK = { width: 1366, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Long enough for transitions to end and for what depends on the width to be drawn anew. */
const SETTLE_MS = 400;

/** Writes `<name>-light.png`, `<name>-dark.png` and `<name>-phone.png`. */
export async function shoot(page: Page, name: string): Promise<void> {
  const pictures = [
    ["light", DESK, "light"],
    ["dark", DESK, "dark"],
    ["phone", PHONE, "light"],
  ] as const;
  for (const [suffix, size, colorScheme] of pictures) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize(size);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(FOLDER, `${name}-${suffix}.png`) });
  }
  await page.setViewportSize(DESK);
}

/** Writes `<name>-full.png` and `<name>-phone-full.png` with all that one would have to scroll to. */
export async function shootWhole(page: Page, name: string): Promise<void> {
  for (const [suffix, size] of [["full", DESK], ["phone-full", PHONE]] as const) {
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await page.setViewportSize(size);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(FOLDER, `${name}-${suffix}.png`), fullPage: true });
  }
  await page.setViewportSize(DESK);
}

/** Writes the picture that the README shows. */
export async function shootForReadme(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: resolve(__dirname, "../../docs/images/dashboard.png") });
}

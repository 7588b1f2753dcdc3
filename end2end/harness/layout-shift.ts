// How much a page moves by itself while it loads (https://web.dev/articles/cls).

import type { BrowserContext, Page } from "@playwright/test";

declare global {
  interface Window {
    layoutShifts?: { value: number; what: string[] }[];
  }
}

/** Notes every shift from the first moment of every page on. */
export async function noteLayoutShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const shifts: { value: number; what: string[] }[] = [];
    window.layoutShifts = shifts;
    interface Shift extends PerformanceEntry {
      value: number;
      hadRecentInput: boolean;
      sources: { node?: Node | null }[];
    }
    const name = (node?: Node | null) => (node instanceof Element ? `${node.tagName}.${node.className}` : String(node?.nodeName));
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        if (!entry.hadRecentInput) shifts.push({ value: entry.value, what: entry.sources.map((source) => name(source.node)) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** The shifts of the page so far: their sum, and what moved. */
export async function layoutShift(page: Page): Promise<{ sum: number; what: string[] }> {
  const shifts = await page.evaluate(() => window.layoutShifts ?? []);
  return { sum: shifts.reduce((sum, shift) => sum + shift.value, 0), what: shifts.flatMap((shift) => shift.what) };
}

// What all pages have in common.

import { type Page, expect } from "@playwright/test";

export abstract class AppPage {
  constructor(readonly page: Page) {}

  /** Goes to an address and waits until the page is alive. */
  protected async go(path: string): Promise<void> {
    await this.page.goto(path);
    await this.isAlive();
  }

  /** Waits until the browser part has taken over what the server rendered. */
  async isAlive(): Promise<void> {
    await expect(this.page.locator("html")).toHaveAttribute("data-hydrated", "true");
  }
}

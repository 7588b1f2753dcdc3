// The storage page.

import type { Locator } from "@playwright/test";
import { texts } from "../harness/texts";
import { AppPage } from "./page";

export class StoragePage extends AppPage {
  async open(): Promise<void> {
    await this.go("/storage");
  }

  get servers(): Locator {
    return this.page.getByRole("table", { name: texts.storage.by_server }).locator("tbody").getByRole("row");
  }

  get tiers(): Locator {
    return this.page.getByRole("table", { name: texts.storage.by_tier }).locator("tbody").getByRole("row");
  }

  get search(): Locator {
    return this.page.getByRole("searchbox", { name: texts.storage.search });
  }

  get save(): Locator {
    return this.page.getByRole("button", { name: texts.action.save });
  }

  /** Asks before something is deleted. */
  get question(): Locator {
    return this.page.getByRole("dialog", { name: texts.storage.shorten });
  }

  limit(name: "raw_days" | "minute_days" | "hour_days" | "budget_mib" | "free_disk_mib"): Locator {
    return this.page.locator(`#${name}`);
  }

  complaint(name: string): Locator {
    return this.page.locator(`#${name}-error`);
  }

  /** What a group has instead. */
  ofGroup(group: string, label: string): Locator {
    return this.page.getByRole("spinbutton", { name: `${group}: ${label}` });
  }

  async openGroups(): Promise<void> {
    await this.page.getByText(texts.storage.groups, { exact: true }).first().click();
  }
}

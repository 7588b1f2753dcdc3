// The page of planned maintenance, and what a server's page has of it.

import type { Locator } from "@playwright/test";
import { filled, texts } from "../harness/texts";
import { AppPage } from "./page";
import { Confirmation } from "./server";

export class MaintenancePage extends AppPage {
  async open(query = ""): Promise<void> {
    await this.go(`/maintenance${query}`);
  }

  get rows(): Locator {
    return this.page.locator(".maintenance-row");
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.locator(".maintenance-name", { hasText: name }) });
  }

  get add(): Locator {
    return this.page.getByRole("button", { name: texts.maintenance.add });
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog", { name: texts.maintenance.dialog });
  }

  field(label: string): Locator {
    return this.dialog.getByLabel(label, { exact: true });
  }

  /** The next times of what is being entered. */
  get nextTimes(): Locator {
    return this.dialog.getByRole("region", { name: texts.maintenance.next_times }).getByRole("listitem");
  }

  async save(): Promise<void> {
    await this.dialog.getByRole("button", { name: texts.action.save }).click();
  }

  async edit(name: string): Promise<void> {
    await this.page.getByRole("button", { name: filled(texts.labels.edit, { name }) }).click();
  }

  async delete(name: string): Promise<void> {
    await this.page.getByRole("button", { name: filled(texts.labels.delete, { name }) }).click();
  }

  confirmation(name: string): Confirmation {
    return new Confirmation(this.page.getByRole("dialog", { name: filled(texts.labels.delete, { name }) }));
  }

  /** On a server's page: the button that begins maintenance. */
  get begin(): Locator {
    return this.page.getByRole("button", { name: texts.maintenance.begin, exact: true });
  }

  get beginDialog(): Locator {
    return this.page.getByRole("dialog", { name: texts.maintenance.begin_title });
  }

  /** On a server's page: that it is in maintenance. */
  get mark(): Locator {
    return this.page.locator(".maintenance-mark");
  }
}

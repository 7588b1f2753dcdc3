// The page of who is told.

import type { Locator } from "@playwright/test";
import { texts } from "../harness/texts";
import { AppPage } from "./page";

export class NotificationsPage extends AppPage {
  async open(): Promise<void> {
    await this.go("/notifications");
  }

  channel(name: string): Locator {
    return this.page.locator(".channel-row").filter({ has: this.page.locator(".channel-name", { hasText: name }) });
  }

  level(name: string): Locator {
    return this.page.getByRole("form", { name });
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog", { name: texts.notifications.dialog });
  }

  async add(kind: string, name: string): Promise<void> {
    await this.page.getByRole("button", { name: texts.notifications.add }).click();
    await this.dialog.getByLabel(texts.notifications.kind).selectOption(kind);
    await this.fill(texts.labels.name, name);
  }

  async fill(label: string, value: string): Promise<void> {
    await this.dialog.getByLabel(label, { exact: true }).fill(value);
  }

  async save(): Promise<void> {
    await this.dialog.getByRole("button", { name: texts.action.save }).click();
  }
}

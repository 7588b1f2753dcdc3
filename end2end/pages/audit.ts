// The page of the audit log.

import type { Locator } from "@playwright/test";
import { texts } from "../harness/texts";
import { AppPage } from "./page";

export class AuditPage extends AppPage {
  async open(query = ""): Promise<void> {
    await this.go(`/audit${query}`);
  }

  get table(): Locator {
    return this.page.getByRole("table", { name: texts.nav.audit });
  }

  /** The entries, the newest first. */
  get entries(): Locator {
    return this.table.locator("tbody").getByRole("row");
  }

  /** The entries of an action, such as `server.create`. */
  of(action: string): Locator {
    return this.entries.filter({ has: this.page.getByRole("cell", { name: action, exact: true }) });
  }

  async showOnly(label: string): Promise<void> {
    await this.page.getByRole("combobox", { name: texts.audit.action }).selectOption({ label });
  }
}

// The bell, the list of incidents, and the page of one.

import type { Locator } from "@playwright/test";
import { texts } from "../harness/texts";
import { AppPage } from "./page";

export class IncidentsPage extends AppPage {
  async open(query = ""): Promise<void> {
    await this.go(`/incidents${query}`);
  }

  get bell(): Locator {
    return this.page.locator(".bell");
  }

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  get rows(): Locator {
    return this.page.getByRole("table", { name: texts.nav.incidents }).locator("tbody").getByRole("row");
  }

  row(rule: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("link", { name: rule, exact: true }) });
  }

  get timeline(): Locator {
    return this.page.locator(".timeline-entry");
  }

  get facts(): Locator {
    return this.page.locator(".incident-facts");
  }

  get search(): Locator {
    return this.page.getByRole("searchbox", { name: texts.incidents.search });
  }

  /** One of the selections that narrow the list. */
  filter(name: string): Locator {
    return this.page.getByRole("search").getByRole("combobox", { name, exact: true });
  }

  get acknowledgeAll(): Locator {
    return this.page.getByRole("button", { name: texts.incidents.acknowledge_all, exact: true });
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel(texts.incidents.say).fill(text);
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }
}

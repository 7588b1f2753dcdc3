// The dashboard: summary, search and filters, and the fleet.

import { type Locator, expect } from "@playwright/test";
import { texts } from "../harness/texts";
import { AppPage } from "./page";

type State = keyof typeof texts.state;

export class Dashboard extends AppPage {
  async open(query = ""): Promise<void> {
    await this.go(`/${query}`);
  }

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1, name: texts.nav.dashboard });
  }

  get table(): Locator {
    return this.page.getByRole("table", { name: texts.fleet.servers });
  }

  /** The rows of servers that are drawn. */
  get rows(): Locator {
    return this.table.locator("tbody").getByRole("row").filter({ has: this.page.locator("[data-row-link]") });
  }

  row(name: string): FleetRow {
    const link = this.page.getByRole("link", { name, exact: true });
    return new FleetRow(this.rows.filter({ has: link }));
  }

  /** The names in the order in which they stand. */
  names(): Promise<string[]> {
    return this.rows.locator("[data-row-link]").allInnerTexts();
  }

  get search(): Locator {
    return this.page.getByRole("searchbox", { name: texts.fleet.search });
  }

  get group(): Locator {
    return this.page.getByRole("combobox", { name: texts.labels.group });
  }

  get tag(): Locator {
    return this.page.getByRole("combobox", { name: texts.labels.tag, exact: true });
  }

  get clear(): Locator {
    return this.page.getByRole("link", { name: texts.fleet.clear });
  }

  /** A count of the summary line, which narrows the list to what it counts. */
  count(state: State): Locator {
    return this.page.getByRole("navigation", { name: texts.fleet.summary }).getByRole("link", { name: texts.state[state] });
  }

  /** How many incidents are open; leads to them. */
  get incidents(): Locator {
    return this.page.getByRole("navigation", { name: texts.fleet.summary }).getByRole("link", { name: texts.nav.incidents });
  }

  /** A column's heading. */
  column(name: string): Locator {
    return this.table.getByRole("columnheader", { name, exact: true });
  }

  async sortBy(name: string): Promise<void> {
    await this.column(name).getByRole("link").click();
  }

  async show(view: "as_table" | "as_cards" | "as_heat"): Promise<void> {
    await this.page.getByRole("group", { name: texts.fleet.view }).getByRole("link", { name: texts.fleet[view] }).click();
  }

  /** Waits until rows have values, and the pointer is not over them: then they may change places. */
  async isSettled(...names: string[]): Promise<void> {
    for (const name of names) await this.row(name).is("online");
    await this.page.mouse.move(1, 1);
  }
}

/** One server in the table. */
export class FleetRow {
  constructor(readonly row: Locator) {}

  get link(): Locator {
    return this.row.locator("[data-row-link]");
  }

  /** Waits until the state's word stands there. */
  async is(state: State, timeout = 10_000): Promise<void> {
    await expect(this.row.locator(".state-word")).toHaveText(texts.state[state], { timeout });
  }

  /** Waits until it is online with values, warning or critical as they may be. */
  async isLive(timeout = 10_000): Promise<void> {
    const { online, warning, critical } = texts.state;
    await expect(this.row.locator(".state-word")).toHaveText(new RegExp(`^(${online}|${warning}|${critical})$`), { timeout });
    await expect(this.value("cpu")).toHaveText(/\d/, { timeout });
  }

  /** The cell of a metric. */
  value(metric: "cpu" | "memory" | "disk" | "network" | "load" | "uptime"): Locator {
    return this.row.locator(`[data-name="${texts.metric[metric]}"]`);
  }

  /** Its open incidents. */
  get incidents(): Locator {
    return this.row.locator(".open-incidents");
  }

  /** Since when and why it does not answer. */
  get reason(): Locator {
    return this.row.locator(".offline-reason");
  }

  /** When it is tried again. */
  get nextTry(): Locator {
    return this.row.locator(".offline-next");
  }

  get tryNow(): Locator {
    return this.row.getByRole("button", { name: texts.trouble.try_now });
  }
}

// The list of rules, the editor, and what a rule would have done.

import type { Locator } from "@playwright/test";
import { filled, texts } from "../harness/texts";
import { AppPage } from "./page";

export class RulesPage extends AppPage {
  async open(): Promise<void> {
    await this.go("/rules");
  }

  async openNew(): Promise<void> {
    await this.go("/rules/new");
  }

  async openRule(id: number): Promise<void> {
    await this.go(`/rules/${id}`);
  }

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  get search(): Locator {
    return this.page.getByRole("searchbox", { name: texts.rules.search });
  }

  get add(): Locator {
    return this.page.getByRole("link", { name: texts.rules.add });
  }

  get rows(): Locator {
    return this.page.getByRole("table", { name: texts.nav.rules }).locator("tbody tr:visible");
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  switchOf(name: string): Locator {
    return this.page.getByRole("switch", { name: filled(texts.rules.switch, { name }) });
  }

  field(label: string): Locator {
    return this.page.locator(".rule-form").getByLabel(label, { exact: true });
  }

  /** What is said to be wrong with a field. */
  complaint(name: string): Locator {
    return this.page.locator(`#${name}-error`);
  }

  get fields(): Locator {
    return this.page.locator(".rule-fields");
  }

  get save(): Locator {
    return this.page.locator(".rule-form").getByRole("button", { name: texts.action.save });
  }

  get delete(): Locator {
    return this.page.locator(".rule-form").getByRole("button", { name: texts.action.delete });
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  get trial(): Locator {
    return this.page.getByRole("region", { name: texts.rules.trial });
  }

  get verdict(): Locator {
    return this.trial.locator(".trial-title");
  }

  get firings(): Locator {
    return this.trial.getByRole("table", { name: texts.rules.firings }).locator("tbody").getByRole("row");
  }

  /** Enters a rule about a value of one server. */
  async enterValue(rule: { name: string; series: string; fire: string; server: string }): Promise<void> {
    await this.field(texts.rules.name).fill(rule.name);
    await this.field(texts.rules.series).fill(rule.series);
    await this.field(texts.rules.fire).fill(rule.fire);
    await this.field(texts.rules.looks_at_which).selectOption("server");
    await this.field(texts.incidents.server).fill(rule.server);
  }

  /** A time before it counts: a number and its unit. */
  async wait(label: string, number: string, unit: string): Promise<void> {
    await this.field(label).fill(number);
    await this.field(`${label}: ${texts.rules.unit_of_time}`).selectOption({ label: unit });
  }
}

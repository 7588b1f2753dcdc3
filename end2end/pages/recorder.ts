// What was recorded when an incident began, and the chart around it, on the page of that incident.

import type { Locator } from "@playwright/test";
import { texts } from "../harness/texts";
import { AppPage } from "./page";

export class RecorderPage extends AppPage {
  async open(incident: number): Promise<void> {
    await this.go(`/incidents/${incident}`);
  }

  get card(): Locator {
    return this.page.getByRole("region", { name: texts.recorder.title, exact: true });
  }

  /** Where the chart around the incident is drawn. */
  get plot(): Locator {
    return this.page.locator(".incident-around .history-plot");
  }

  get processes(): Locator {
    return this.card.getByRole("table", { name: texts.recorder.processes }).locator("tbody").getByRole("row");
  }

  /** The columns whose values are shown. */
  get values(): Locator {
    return this.card.locator(".recorder-table thead th[data-value]:visible");
  }

  /** A log's own box. */
  log(title: string): Locator {
    return this.card.getByRole("region", { name: title, exact: true });
  }

  async show(part: string | RegExp): Promise<void> {
    await this.choice(texts.recorder.parts).getByRole("button", { name: part }).click();
  }

  async sortBy(value: string): Promise<void> {
    await this.choice(texts.recorder.by).getByRole("button", { name: value, exact: true }).click();
  }

  private choice(label: string): Locator {
    return this.card.getByRole("group", { name: label });
  }
}

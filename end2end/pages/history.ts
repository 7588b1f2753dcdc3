// The past of a server, on its page.

import { type Locator, expect } from "@playwright/test";
import { texts } from "../harness/texts";
import { AppPage } from "./page";

export class HistoryPage extends AppPage {
  /** Opens the past of a server; `query` as in the address. */
  async open(id: number, query = "range=6h"): Promise<void> {
    await this.go(`/servers/${id}?${query}`);
    await this.isDrawn();
  }

  /** Waits until the charts have their values. */
  async isDrawn(): Promise<void> {
    await expect(this.region).toHaveAttribute("aria-busy", "false");
    await expect(this.plot(texts.metric.cpu)).toHaveAttribute("data-points", /^[1-9]/);
  }

  get region(): Locator {
    return this.page.getByRole("region", { name: texts.history.title, exact: true });
  }

  /** A chart's card by its heading. */
  card(title: string): Locator {
    return this.region.getByRole("region", { name: title, exact: true });
  }

  /** Where a chart is drawn. */
  plot(title: string): Locator {
    return this.card(title).locator(".history-plot");
  }

  /** The names in a chart's legend, without those of its band. */
  legend(title: string): Locator {
    return this.plot(title).locator(".u-legend .u-series:not(.chart-band-edge):not(:first-child) .u-label");
  }

  /** From when to when a chart shows, in Unix seconds. */
  async span(title: string): Promise<{ from: number; to: number }> {
    const plot = this.plot(title);
    return { from: Number(await plot.getAttribute("data-from")), to: Number(await plot.getAttribute("data-to")) };
  }

  async choose(range: string): Promise<void> {
    await this.region.getByRole("group", { name: texts.history.range }).getByRole("button", { name: range, exact: true }).click();
  }

  /** Drags over a part of a chart, as parts of its width. */
  async drag(title: string, from: number, to: number): Promise<void> {
    const box = (await this.plot(title).locator(".u-over").boundingBox())!;
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width * from, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + box.width * ((from + to) / 2), y);
    await this.page.mouse.move(box.x + box.width * to, y);
    await this.page.mouse.up();
  }

  /** Points at a part of a chart's width. */
  async pointAt(title: string, part: number): Promise<void> {
    const box = (await this.plot(title).locator(".u-over").boundingBox())!;
    await this.page.mouse.move(box.x + box.width * part, box.y + box.height / 2);
  }

  /** Opens a chart's values as a table; gives its rows. */
  async rows(title: string): Promise<Locator> {
    const card = this.card(title);
    if (!(await card.locator("details").getAttribute("open"))) await card.getByText(texts.history.as_table).click();
    const rows = card.getByRole("table").last().locator("tbody tr");
    await expect(rows.first()).toBeVisible();
    return rows;
  }
}

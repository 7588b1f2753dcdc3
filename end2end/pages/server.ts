// The page of one server.

import { type Locator, expect } from "@playwright/test";
import { filled, texts } from "../harness/texts";
import { AppPage } from "./page";

export class ServerPage extends AppPage {
  async open(id: number): Promise<void> {
    await this.go(`/servers/${id}`);
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { level: 1, name, exact: true });
  }

  /** State, address, system, kernel, uptime. */
  get about(): Locator {
    return this.page.getByRole("region", { name: texts.detail.about });
  }

  /** One of the facts about the server. */
  fact(name: string): Locator {
    return this.about.locator(".fact").filter({ has: this.page.getByText(name, { exact: true }) }).locator("dd");
  }

  /** A card by its heading. */
  card(title: string): Locator {
    return this.page.getByRole("region", { name: title, exact: true });
  }

  /** The value that a card's heading shows, without its unit. */
  async headValue(title: string): Promise<number> {
    const text = await this.card(title).locator(".card-aside .value").innerText();
    return Number.parseFloat(text);
  }

  /** The drawn lines of a card's chart. */
  lines(title: string): Locator {
    return this.card(title).locator(".chart-line");
  }

  /** Why, since when, and the next try, while it does not answer. */
  get banner(): Locator {
    return this.page.locator(".offline-banner");
  }

  get reviewHostKey(): Locator {
    return this.page.getByRole("link", { name: texts.host_key.review });
  }

  async isLive(): Promise<void> {
    await expect(this.card(texts.metric.cpu).locator(".card-aside .value")).toHaveText(/\d/);
  }

  get edit(): Locator {
    return this.page.getByRole("link", { name: texts.action.edit });
  }

  get delete(): Locator {
    return this.page.getByRole("button", { name: texts.action.delete, exact: true });
  }

  /** The dialog that asks for the name before deleting. */
  confirmation(name: string): Confirmation {
    return new Confirmation(this.page.getByRole("dialog", { name: filled(texts.servers.delete, { name }) }));
  }
}

/** A dialog that asks for a name to be typed before something is destroyed. */
export class Confirmation {
  constructor(readonly dialog: Locator) {}

  get name(): Locator {
    return this.dialog.getByRole("textbox");
  }

  get delete(): Locator {
    return this.dialog.getByRole("button", { name: texts.action.delete });
  }

  get cancel(): Locator {
    return this.dialog.getByRole("button", { name: texts.action.cancel });
  }
}

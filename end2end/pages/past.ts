// The dashboard at a moment of the past.

import { type Locator } from "@playwright/test";
import { filled, texts } from "../harness/texts";
import { AppPage } from "./page";

export class PastPage extends AppPage {
  /** Opens the fleet of a moment, in Unix milliseconds. */
  async open(atMs: number): Promise<void> {
    await this.go(`/?at=${Math.floor(atMs)}`);
  }

  /** The way there from the live dashboard. */
  get look(): Locator {
    return this.page.getByRole("link", { name: texts.past.look });
  }

  get bar(): Locator {
    return this.page.getByRole("region", { name: texts.past.bar });
  }

  get title(): Locator {
    return this.bar.locator(".past-title");
  }

  async step(step: string, way: "earlier" | "later"): Promise<void> {
    await this.bar.getByRole("link", { name: filled(texts.past[way], { step }), exact: true }).click();
  }

  get moment(): Locator {
    return this.bar.getByLabel(texts.past.moment);
  }

  get show(): Locator {
    return this.bar.getByRole("button", { name: texts.history.show });
  }

  get toNow(): Locator {
    return this.bar.getByRole("link", { name: texts.past.to_now });
  }
}

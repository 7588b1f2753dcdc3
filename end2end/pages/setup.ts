// The page that makes the first administrator.

import type { Locator } from "@playwright/test";
import { texts } from "../harness/texts";
import { AppPage } from "./page";

export class SetupPage extends AppPage {
  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1, name: texts.setup.title });
  }

  get username(): Locator {
    return this.page.getByLabel(texts.account.username, { exact: true });
  }

  get email(): Locator {
    return this.page.getByLabel(texts.account.email, { exact: true });
  }

  get password(): Locator {
    return this.page.getByLabel(texts.account.password, { exact: true });
  }

  get code(): Locator {
    return this.page.getByLabel(texts.setup.code, { exact: true });
  }

  async fill(values: { username: string; email: string; password: string }): Promise<void> {
    await this.username.fill(values.username);
    await this.email.fill(values.email);
    await this.password.fill(values.password);
  }

  async submit(): Promise<void> {
    await this.page.getByRole("button", { name: texts.setup.submit }).click();
  }

  /** What is said to be wrong with a field. */
  complaint(field: "username" | "email" | "password" | "code"): Locator {
    return this.page.locator(`#${field}-error`);
  }
}

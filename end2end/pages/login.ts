// The login.

import type { Locator } from "@playwright/test";
import { texts } from "../harness/texts";
import { AppPage } from "./page";

export class LoginPage extends AppPage {
  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1, name: texts.login.title });
  }

  get username(): Locator {
    return this.page.getByLabel(texts.login.username, { exact: true });
  }

  get password(): Locator {
    return this.page.getByLabel(texts.account.password, { exact: true });
  }

  /** What the last attempt said. */
  get refusal(): Locator {
    return this.page.getByRole("alert");
  }

  async open(): Promise<void> {
    await this.go("/login");
  }

  async logIn(username: string, password: string): Promise<void> {
    await this.username.fill(username);
    await this.password.fill(password);
    await this.page.getByRole("button", { name: texts.login.submit }).click();
  }
}

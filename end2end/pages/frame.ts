// What stands around every page of those who are logged in.

import type { Locator } from "@playwright/test";
import { ADMINISTRATOR } from "../harness/api";
import { filled, pattern, texts } from "../harness/texts";
import { AppPage } from "./page";

export class Frame extends AppPage {
  /** The heading of the page that is shown. */
  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  get palette(): Locator {
    return this.page.getByRole("dialog", { name: texts.palette.open });
  }

  get paletteSearch(): Locator {
    return this.palette.getByRole("combobox", { name: texts.palette.search });
  }

  get shortcuts(): Locator {
    return this.page.getByRole("dialog", { name: texts.shortcuts.title });
  }

  /** Says that values are not live. */
  get connectionLost(): Locator {
    return this.page.getByText(pattern(texts.frame.connection_lost));
  }

  async openMenu(): Promise<void> {
    await this.page.getByRole("button", { name: filled(texts.frame.person_menu, { name: ADMINISTRATOR.username }) }).click();
  }

  async chooseTheme(theme: "light" | "dark" | "system"): Promise<void> {
    await this.openMenu();
    const themes = this.page.getByRole("group", { name: texts.theme.title });
    await themes.getByRole("button", { name: texts.theme[theme] }).click();
    await this.page.keyboard.press("Escape");
  }

  async logOut(): Promise<void> {
    await this.openMenu();
    await this.page.getByRole("button", { name: texts.login.leave }).click();
  }
}

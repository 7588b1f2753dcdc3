// The page of groups and tags.

import type { Locator } from "@playwright/test";
import { filled, texts } from "../harness/texts";
import { AppPage } from "./page";
import { Confirmation } from "./server";

export class LabelsPage extends AppPage {
  async open(): Promise<void> {
    await this.go("/labels");
  }

  get groups(): LabelList {
    return new LabelList(this.page.getByRole("region", { name: texts.labels.groups, exact: true }), texts.labels.new_group);
  }

  get tags(): LabelList {
    return new LabelList(this.page.getByRole("region", { name: texts.labels.tags, exact: true }), texts.labels.new_tag);
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog", { name: texts.labels.dialog });
  }

  get name(): Locator {
    return this.dialog.getByLabel(texts.labels.name, { exact: true });
  }

  async chooseColour(colour: string): Promise<void> {
    await this.dialog.getByRole("button", { name: colour }).click();
  }

  async save(): Promise<void> {
    await this.dialog.getByRole("button", { name: texts.action.save }).click();
  }

  confirmation(name: string): Confirmation {
    return new Confirmation(this.page.getByRole("dialog", { name: filled(texts.labels.delete, { name }) }));
  }
}

/** The groups, or the tags. */
export class LabelList {
  constructor(
    private readonly card: Locator,
    private readonly newWord: string,
  ) {}

  row(name: string): Locator {
    return this.card.getByRole("listitem").filter({ hasText: name });
  }

  /** How many servers have it. */
  count(name: string): Locator {
    return this.row(name).getByTitle(texts.labels.count);
  }

  async add(): Promise<void> {
    await this.card.getByRole("button", { name: this.newWord }).click();
  }

  async edit(name: string): Promise<void> {
    await this.card.getByRole("button", { name: filled(texts.labels.edit, { name }) }).click();
  }

  async delete(name: string): Promise<void> {
    await this.card.getByRole("button", { name: filled(texts.labels.delete, { name }) }).click();
  }
}

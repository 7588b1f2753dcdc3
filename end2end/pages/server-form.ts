// The form that adds or changes a server.

import { type Locator, expect } from "@playwright/test";
import type { Sshd } from "../harness/sshd";
import { filled, texts } from "../harness/texts";
import { AppPage } from "./page";

type Field = "name" | "host" | "port" | "username" | "password" | "private_key" | "passphrase" | "interval_secs";

export class ServerForm extends AppPage {
  async openNew(): Promise<void> {
    await this.go("/servers/new");
  }

  async openEdit(id: number): Promise<void> {
    await this.go(`/servers/${id}/edit`);
  }

  get name(): Locator {
    return this.page.getByLabel(texts.servers.name, { exact: true });
  }

  get host(): Locator {
    return this.page.getByLabel(texts.servers.host, { exact: true });
  }

  get port(): Locator {
    return this.page.getByLabel(texts.servers.port, { exact: true });
  }

  get jumpHost(): Locator {
    return this.page.getByLabel(texts.servers.jump_host, { exact: true });
  }

  get username(): Locator {
    return this.page.getByLabel(texts.servers.username, { exact: true });
  }

  get password(): Locator {
    // The choice between password and key has an option of the same name.
    return this.page.getByLabel(texts.servers.password, { exact: true }).and(this.page.locator("[type=password]"));
  }

  get privateKey(): Locator {
    return this.page.getByRole("textbox", { name: texts.servers.private_key, exact: true });
  }

  get passphrase(): Locator {
    return this.page.getByLabel(texts.servers.passphrase, { exact: true });
  }

  get interval(): Locator {
    return this.page.getByLabel(texts.servers.interval, { exact: true });
  }

  get description(): Locator {
    return this.page.getByLabel(texts.servers.description, { exact: true });
  }

  get group(): Locator {
    return this.page.getByRole("combobox", { name: texts.labels.group });
  }

  tag(name: string): Locator {
    return this.page.getByRole("group", { name: texts.labels.tags }).getByRole("checkbox", { name });
  }

  /** Fills in where the server is and who logs in. */
  async address(name: string, sshd: Sshd, username = sshd.user): Promise<void> {
    await this.name.fill(name);
    await this.host.fill(sshd.host);
    await this.port.fill(String(sshd.port));
    await this.username.fill(username);
  }

  async usePassword(password: string): Promise<void> {
    await this.choose(texts.servers.auth_password);
    await this.password.fill(password);
  }

  async useKey(key: string, passphrase = ""): Promise<void> {
    await this.choose(texts.servers.auth_key);
    await this.privateKey.fill(key);
    await this.passphrase.fill(passphrase);
  }

  /** Tries the connection, which ends with a question or an outcome. */
  async test(): Promise<void> {
    await this.page.getByRole("button", { name: texts.test.run }).click();
  }

  /** The panel that says what came of the test. */
  get outcome(): Locator {
    return this.page.getByRole("region", { name: texts.test.title, exact: true }).getByRole("status");
  }

  /** Expects the question for this very key, and answers that it is the server's. */
  async trust(sshd: Sshd): Promise<void> {
    await expect(this.outcome).toContainText("ssh-ed25519");
    await expect(this.outcome).toContainText(sshd.fingerprint);
    await this.page.getByRole("button", { name: filled(texts.host_key.trust, { host: sshd.host }) }).click();
  }

  get save(): Locator {
    return this.page.getByRole("button", { name: texts.action.save });
  }

  /** What is said to be wrong with a field. */
  complaint(field: Field): Locator {
    return this.page.locator(`#${field}-error`);
  }

  private async choose(way: string): Promise<void> {
    // The control itself may be drawn over by its label.
    await this.page.getByRole("group", { name: texts.servers.auth }).getByRole("radio", { name: way, exact: true }).check();
  }
}

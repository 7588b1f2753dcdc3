// Adding a server: trying the connection, trusting its host key, saving, and seeing it live.

import { expect, test } from "../harness/test";
import { SystemAccount, canMakeAccounts } from "../harness/system-account";
import { strangeKey } from "../harness/sshd";
import { filled, texts } from "../harness/texts";
import { Dashboard } from "../pages/dashboard";

/** How soon a new server's row has to be live. */
const SOON_MS = 5_000;

test("a server is added by a private key with a passphrase and is live within five seconds", async ({ serverForm, sshd, page }) => {
  await serverForm.openNew();
  await serverForm.address("web-1", sshd);
  await serverForm.useKey(sshd.newKey("a passphrase of its own"), "a passphrase of its own");
  await serverForm.test();
  await serverForm.trust(sshd);
  await expect(serverForm.outcome).toContainText(texts.test.works);
  await serverForm.save.click();
  await expect(page.getByRole("heading", { level: 1, name: "web-1" })).toBeVisible();
  await page.getByRole("link", { name: texts.nav.dashboard }).first().click();
  await new Dashboard(page).row("web-1").isLive(SOON_MS);
});

test("a server is added by password and is live within five seconds", async ({ serverForm, startSshd, page }) => {
  test.skip(!canMakeAccounts, "a system account with a password can be made by root only");
  const account = await SystemAccount.make();
  try {
    const sshd = await startSshd({ password: true });
    await serverForm.openNew();
    await serverForm.address("web-2", sshd, account.name);
    await serverForm.usePassword(account.password);
    await serverForm.test();
    await serverForm.trust(sshd);
    await expect(serverForm.outcome).toContainText(texts.test.works);
    await serverForm.save.click();
    await expect(page.getByRole("heading", { level: 1, name: "web-2" })).toBeVisible();
    await page.getByRole("link", { name: texts.nav.dashboard }).first().click();
    await new Dashboard(page).row("web-2").isLive(SOON_MS);
  } finally {
    await account.discard();
  }
});

test("a server that is saved without a trusted key stays offline and says why", async ({ serverForm, serverPage, sshd }) => {
  await serverForm.openNew();
  await expect(serverForm.page.getByText(texts.host_key.untrusted_note)).toBeVisible();
  await serverForm.address("web-3", sshd);
  await serverForm.useKey(sshd.newKey());
  await serverForm.save.click();
  await expect(serverPage.banner).toContainText(sshd.fingerprint);

  await serverPage.reviewHostKey.click();
  await serverForm.trust(sshd);
  await expect(serverForm.outcome).toContainText(texts.test.works);
  await serverForm.save.click();
  await serverPage.isLive();
});

test("a group and a tag are made on the way", async ({ serverForm, serverPage, sshd, page }) => {
  await serverForm.openNew();
  await serverForm.address("web-4", sshd);
  await serverForm.useKey(sshd.newKey());
  await page.getByRole("button", { name: texts.labels.new_group }).click();
  await page.getByLabel(texts.labels.new_group_name).fill("Shop");
  await page.getByRole("button", { name: texts.action.create }).click();
  await expect(serverForm.group.locator("option:checked")).toHaveText("Shop");
  await page.getByLabel(texts.labels.new_tag_name).fill("blue");
  await page.getByLabel(texts.labels.new_tag_name).press("Enter");
  await expect(serverForm.tag("blue")).toBeChecked();
  await serverForm.save.click();
  await expect(serverPage.about).toContainText("Shop");
  await expect(serverPage.about).toContainText("blue");
});

test("what cannot be taken is said at its field and nothing is added", async ({ serverForm, administrator }) => {
  await serverForm.openNew();
  await serverForm.host.fill("not a host");
  await serverForm.port.fill("70000");
  await serverForm.interval.fill("301");
  await serverForm.save.click();
  for (const field of ["name", "host", "port", "interval_secs", "password"] as const) {
    await expect(serverForm.complaint(field), field).not.toBeEmpty();
  }
  expect(await administrator.get<unknown[]>("/api/servers")).toHaveLength(1);
});

test("a test can be given up", async ({ serverForm, startSshd, page }) => {
  const sshd = await startSshd();
  sshd.freeze();
  await serverForm.openNew();
  await serverForm.address("frozen", sshd);
  await serverForm.useKey(strangeKey());
  await serverForm.test();
  await expect(page.getByText(texts.test.running)).toBeVisible();
  await page.getByRole("button", { name: texts.action.cancel }).first().click();
  await expect(page.getByText(texts.test.running)).toBeHidden();
  await expect(page.getByRole("button", { name: texts.test.run })).toBeEnabled();
});

test("a trusted key belongs to one host: another address has to be confirmed anew", async ({ serverForm, startSshd }) => {
  const [first, second] = [await startSshd(), await startSshd({ host: "127.0.0.2" })];
  await serverForm.openNew();
  await serverForm.address("web-5", first);
  await serverForm.useKey(first.newKey());
  await serverForm.test();
  await serverForm.trust(first);
  await expect(serverForm.outcome).toContainText(texts.test.works);
  await serverForm.host.fill(second.host);
  await serverForm.port.fill(String(second.port));
  await expect(serverForm.outcome).toBeHidden();
  await serverForm.test();
  await expect(serverForm.outcome).toContainText(filled(texts.host_key.trust, { host: second.host }));
});

// What is entered wrongly: the form and the row both say clearly what the trouble is.

import { type Server as TcpServer, createServer } from "node:net";
import { freePort } from "../harness/files";
import { type Sshd, strangeKey } from "../harness/sshd";
import { SystemAccount, canMakeAccounts } from "../harness/system-account";
import { expect, reaching, test } from "../harness/test";
import { texts } from "../harness/texts";
import { Dashboard } from "../pages/dashboard";
import type { ServerForm } from "../pages/server-form";

/** Tries what is entered, and then saves it all the same: form, page and row have to say the reason. */
async function saysWhy(form: ServerForm, reason: RegExp, { trusting }: { trusting?: Sshd } = {}): Promise<void> {
  const name = await form.name.inputValue();
  await form.test();
  if (trusting) await form.trust(trusting);
  await expect(form.outcome).toContainText(texts.test.failed, { timeout: 20_000 });
  await expect(form.outcome).toContainText(reason);
  await form.save.click();
  await expect(form.page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(form.page.locator(".offline-banner")).toContainText(reason, { timeout: 20_000 });
  const dashboard = new Dashboard(form.page);
  await dashboard.open();
  await dashboard.row(name).is("offline");
  await expect(dashboard.row(name).reason).toContainText(reason);
}

test("a wrong password", async ({ serverForm, startSshd }) => {
  test.skip(!canMakeAccounts, "a system account with a password can be made by root only");
  const account = await SystemAccount.make();
  try {
    const sshd = await startSshd({ password: true });
    await serverForm.openNew();
    await serverForm.address("wrong password", sshd, account.name);
    await serverForm.usePassword("something else");
    await saysWhy(serverForm, /refused the login/, { trusting: sshd });
  } finally {
    await account.discard();
  }
});

test("a key that the server does not take", async ({ serverForm, sshd }) => {
  await serverForm.openNew();
  await serverForm.address("wrong key", sshd);
  await serverForm.useKey(strangeKey());
  await saysWhy(serverForm, /refused the login/, { trusting: sshd });
});

test("an account that is not there", async ({ serverForm, sshd }) => {
  await serverForm.openNew();
  await serverForm.address("wrong account", sshd, "nobody-of-that-name");
  await serverForm.useKey(sshd.newKey());
  await saysWhy(serverForm, /refused the login/, { trusting: sshd });
});

test("a wrong passphrase", async ({ serverForm, sshd, problems }) => {
  problems.expectStatus(422);
  await serverForm.openNew();
  await serverForm.address("wrong passphrase", sshd);
  await serverForm.useKey(sshd.newKey("the right one"), "another one");
  await serverForm.save.click();
  await expect(serverForm.page.getByText(/passphrase/i).filter({ hasText: /wrong|does not|cannot/i }).first()).toBeVisible();
});

test("a port on which nothing listens", async ({ serverForm, sshd }) => {
  await serverForm.openNew();
  await serverForm.address("wrong port", sshd);
  await serverForm.port.fill(String(await freePort(sshd.host)));
  await serverForm.useKey(sshd.newKey());
  await saysWhy(serverForm, /Nothing listens on/);
});

test("a name that has no address", async ({ serverForm, sshd }) => {
  await serverForm.openNew();
  await serverForm.address("wrong name", sshd);
  await serverForm.host.fill("no-such-host.invalid");
  await serverForm.useKey(sshd.newKey());
  await saysWhy(serverForm, /no-such-host\.invalid has no address/);
});

test("a port that speaks something else than SSH", async ({ serverForm, sshd, program }) => {
  await serverForm.openNew();
  await serverForm.address("not ssh", sshd);
  await serverForm.port.fill(new URL(program.url).port);
  await serverForm.useKey(sshd.newKey());
  await saysWhy(serverForm, /does not speak SSH|Timed out/);
});

test("a host that accepts and says nothing", async ({ serverForm, sshd }) => {
  const silent = await new Promise<TcpServer>((resolve) => {
    const server = createServer(() => {}).listen(0, "127.0.0.1", () => resolve(server));
  });
  try {
    const address = silent.address();
    await serverForm.openNew();
    await serverForm.address("silent", sshd);
    await serverForm.port.fill(String(address && typeof address === "object" ? address.port : 0));
    await serverForm.useKey(sshd.newKey());
    await saysWhy(serverForm, /Timed out/);
  } finally {
    silent.close();
  }
});

test("the others stay live while one is in trouble", async ({ dashboard, administrator, sshd }) => {
  await administrator.addServer(reaching(sshd, "good"));
  await administrator.addServer({ ...reaching(sshd, "bad"), port: await freePort(sshd.host), host_key_fingerprint: undefined });
  await dashboard.open();
  await dashboard.row("bad").is("offline");
  await dashboard.row("good").isLive();
});

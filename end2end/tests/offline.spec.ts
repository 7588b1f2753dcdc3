// Servers that stop answering, come back, or come back with another host key.

import { expect, reaching, test } from "../harness/test";
import { pattern, texts } from "../harness/texts";

/** How soon a row has to say that its server does not answer. */
const SOON_MS = 10_000;

test("a stopped sshd is offline within ten seconds, with since, why and next try, and comes back by itself", async ({ dashboard, administrator, sshd }) => {
  await administrator.addServer(reaching(sshd, "web-1"));
  await dashboard.open();
  const row = dashboard.row("web-1");
  await row.isLive();
  await sshd.stop();
  await row.is("offline", SOON_MS);
  await expect(row.reason.getByRole("time").or(row.reason.locator("time"))).toHaveText(pattern(texts.time.ago));
  await expect(row.reason).toContainText(/Nothing listens on|closed|connection/i);
  const { next_try, trying } = texts.trouble;
  await expect(row.nextTry).toHaveText(new RegExp(`${pattern(next_try).source}|${trying}`));
  await expect(dashboard.count("offline")).toContainText("1");

  await sshd.launch();
  await row.isLive(30_000);
  await expect(dashboard.count("offline")).toContainText("0");
});

test("a stopped service whose sessions live on is offline within ten seconds too", async ({ dashboard, administrator, sshd }) => {
  await administrator.addServer(reaching(sshd, "web-1"));
  await dashboard.open();
  const row = dashboard.row("web-1");
  await row.isLive();
  await sshd.stopService();
  await row.is("offline", SOON_MS);
  await expect(row.reason).toContainText(/Nothing listens on/);
  await sshd.launch();
  await row.isLive(30_000);
});

test("a frozen server is offline within ten seconds", async ({ dashboard, administrator, sshd }) => {
  await administrator.addServer(reaching(sshd, "web-1"));
  await dashboard.open();
  const row = dashboard.row("web-1");
  await row.isLive();
  sshd.freeze();
  await row.is("offline", SOON_MS);
  await expect(row.reason).toContainText(/stopped answering|Timed out/);
  sshd.thaw();
  await row.isLive(40_000);
});

test("somebody who does not want to wait can have it tried now", async ({ dashboard, administrator, sshd }) => {
  await administrator.addServer(reaching(sshd, "web-1"));
  await dashboard.open();
  const row = dashboard.row("web-1");
  await row.isLive();
  await sshd.stop();
  await row.is("offline", SOON_MS);
  // Until the wait between two tries is long enough to be worth a click.
  await expect.poll(async () => Number(/\d+/.exec(await row.nextTry.innerText())?.[0] ?? 0), { timeout: 30_000 }).toBeGreaterThan(5);
  await sshd.launch();
  await row.tryNow.click();
  await row.isLive(4_000);
});

test("a server's page keeps the last values, greyed, and says why it does not answer", async ({ serverPage, administrator, sshd, page }) => {
  const { id } = await administrator.addServer(reaching(sshd, "web-1"));
  await serverPage.open(id);
  await serverPage.isLive();
  await sshd.stop();
  await expect(serverPage.banner).toBeVisible({ timeout: SOON_MS });
  await expect(serverPage.banner.locator("time")).toBeVisible();
  await expect(serverPage.banner).toContainText(/Nothing listens on|closed|connection/i);
  await expect(serverPage.card(texts.metric.cpu)).toBeVisible();
  await expect(page.locator(".detail")).toHaveClass(/is-offline/);
  await sshd.launch();
  await expect(serverPage.banner).toBeHidden({ timeout: 30_000 });
});

test("a changed host key stops the collection loudly, and is trusted only on purpose", async ({ dashboard, serverPage, serverForm, administrator, sshd, page }) => {
  const before = sshd.fingerprint;
  const { id } = await administrator.addServer(reaching(sshd, "web-1"));
  await dashboard.open();
  const row = dashboard.row("web-1");
  await row.isLive();
  await sshd.rotateHostKey();
  const after = sshd.fingerprint;
  await row.is("offline", SOON_MS);
  await expect(row.reason).toContainText(/host key changed/i);

  await row.link.click();
  await expect(serverPage.banner).toContainText(before);
  await expect(serverPage.banner).toContainText(after);
  await serverPage.reviewHostKey.click();
  await serverForm.isAlive();
  await expect(page.getByText(texts.host_key.changed_note)).toBeVisible();
  await expect(serverForm.outcome).toContainText(texts.host_key.changed);
  await expect(serverForm.outcome).toContainText(before);
  await expect(serverForm.outcome).toContainText(after);

  const trust = page.getByRole("button", { name: texts.host_key.trust_new });
  await expect(trust, "not in passing").toBeDisabled();
  await page.getByLabel(texts.host_key.sure).check();
  await trust.click();
  await expect(serverForm.outcome).toContainText(texts.test.works);
  await serverForm.save.click();
  await serverPage.isLive();
  await expect(serverPage.banner).toBeHidden();
  expect((await administrator.server(id)).host_key_fingerprints).toEqual([after]);
});

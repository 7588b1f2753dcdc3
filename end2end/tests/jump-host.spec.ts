// A server behind another one: chosen in the form, reached by the connection that is there, and lost with it as one incident.

import { expect, test } from "../harness/test";
import { texts } from "../harness/texts";
import { Dashboard } from "../pages/dashboard";

test("a server is added behind a jump host, and its incident names that one as the cause", async ({ serverForm, startSshd, incidentsPage, page }) => {
  const jump = await startSshd();
  const far = await startSshd({ host: "127.0.0.6" });
  for (const [name, sshd] of [["jump", jump], ["hidden", far]] as const) {
    await serverForm.openNew();
    await serverForm.address(name, sshd);
    if (name === "hidden") await serverForm.jumpHost.selectOption({ label: `jump · ${jump.host}` });
    await serverForm.useKey(sshd.newKey());
    await serverForm.test();
    await serverForm.trust(sshd);
    await expect(serverForm.outcome).toContainText(texts.test.works);
    await serverForm.save.click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  }
  await page.getByRole("link", { name: texts.nav.dashboard }).first().click();
  await new Dashboard(page).row("hidden").isLive(10_000);

  await jump.stop();
  await incidentsPage.open();
  await expect(incidentsPage.rows).toHaveCount(2, { timeout: 30_000 });
  await incidentsPage.rows.filter({ hasText: "hidden" }).getByRole("link", { name: "Server offline" }).click();
  const cause = incidentsPage.facts.getByRole("link", { name: /jump/ });
  await expect(cause).toBeVisible();
  await cause.click();
  await expect(incidentsPage.heading).toContainText("jump");
});

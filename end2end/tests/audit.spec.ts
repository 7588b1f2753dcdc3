// The audit log: every login, failed login, change and access, for those who may read it.

import { ADMINISTRATOR } from "../harness/api";
import { expect, reaching, test } from "../harness/test";
import { texts } from "../harness/texts";
import { LoginPage } from "../pages/login";
import { Dashboard } from "../pages/dashboard";
import { AuditPage } from "../pages/audit";

test("logins, failed logins and changes are listed, the newest first", async ({ auditPage, administrator, program, sshd }) => {
  await administrator.send("POST", "/api/auth/login", { username: "mallory", password: "a wrong password" });
  await administrator.post("/api/auth/login", { username: ADMINISTRATOR.username, password: ADMINISTRATOR.password });
  const { id } = await administrator.addServer(reaching(sshd, "web-1"));
  await administrator.put(`/api/servers/${id}`, { name: "web-2" });
  const group = await administrator.addGroup("Shop");
  await administrator.delete(`/api/groups/${group}`);
  await administrator.delete(`/api/servers/${id}`);

  await auditPage.open();
  for (const action of ["setup.initialize", "auth.login_failed", "auth.login", "server.create", "server.change", "group.create", "group.delete", "server.delete"]) {
    await expect(auditPage.of(action).first(), action).toBeVisible();
  }
  await expect(auditPage.entries.first()).toContainText("server.delete");
  await expect(auditPage.of("auth.login_failed")).toContainText("mallory");
  // The other one is this machine, which the program added by itself.
  const added = auditPage.of("server.create").filter({ hasText: ADMINISTRATOR.username });
  await expect(added).toContainText("127.0.0.1");
  await expect(auditPage.of("server.delete")).toContainText("web-2");
  const times = await auditPage.entries.locator("time").evaluateAll((all) => all.map((time) => (time as HTMLTimeElement).dateTime));
  expect(times).toEqual(times.toSorted().toReversed());

  const page = await (await fetch(`${program.url}/audit`, { headers: { Cookie: `sm_session=${administrator.token}` } })).text();
  for (const secret of ["a wrong password", ADMINISTRATOR.password, "PRIVATE KEY"]) expect(page).not.toContain(secret);
});

test("it is filtered by what was done", async ({ auditPage, administrator, page }) => {
  await administrator.addTag("blue");
  await administrator.send("POST", "/api/auth/login", { username: "mallory", password: "a wrong password" });
  await auditPage.open();
  await auditPage.showOnly(texts.audit.failed_logins);
  await expect(auditPage.entries).toHaveCount(1);
  await expect(auditPage.entries).toContainText("mallory");
  await page.reload();
  await auditPage.isAlive();
  await expect(auditPage.entries, "the filter stands in the address").toHaveCount(1);
  await auditPage.showOnly(texts.audit.all_actions);
  await expect(auditPage.of("tag.create")).toBeVisible();
});

test("it is read in pages", async ({ auditPage, administrator, page }) => {
  for (let number = 0; number < 60; number += 1) await administrator.addTag(`tag ${number}`);
  await auditPage.open();
  await expect(auditPage.entries).toHaveCount(50);
  await page.getByRole("link", { name: texts.audit.earlier }).click();
  await expect(auditPage.of("setup.initialize")).toBeVisible();
  await page.getByRole("link", { name: texts.audit.later }).click();
  await expect(auditPage.entries).toHaveCount(50);
});

test("who may not read it is not offered it, and gets nothing of it", async ({ administrator, browser, program }) => {
  await administrator.post("/api/users", { username: "looker", email: "looker@example.com", password: "correct horse battery", role: "user" });
  const context = await browser.newContext({ baseURL: program.url });
  const page = await context.newPage();
  const login = new LoginPage(page);
  await login.open();
  await login.logIn("looker", "correct horse battery");
  await expect(new Dashboard(page).heading).toBeVisible();
  await expect(page.getByRole("link", { name: texts.nav.audit })).toHaveCount(0);
  await page.goto("/audit");
  await expect(page.getByText(texts.error.page)).toBeVisible();
  await expect(new AuditPage(page).table).toHaveCount(0);
  await context.close();
});

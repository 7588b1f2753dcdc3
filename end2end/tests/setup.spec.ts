// The first visit: making the first administrator.

import { ADMINISTRATOR } from "../harness/api";
import { FOREIGN_NAME } from "../harness/browser";
import { expect, test } from "../harness/test";
import { Dashboard } from "../pages/dashboard";

test("the first visit asks to create the administrator and ends on the dashboard", async ({ page, setupPage }) => {
  await page.goto("/");
  await expect(setupPage.heading).toBeVisible();
  await setupPage.isAlive();
  await expect(setupPage.code, "no code is asked for on this machine").toHaveCount(0);
  await setupPage.fill(ADMINISTRATOR);
  await setupPage.submit();
  await expect(new Dashboard(page).heading).toBeVisible();
});

test("what cannot be taken is said at its field, and what was typed stays", async ({ page, setupPage, problems }) => {
  problems.expectStatus(422);
  await page.goto("/setup");
  await setupPage.isAlive();
  await setupPage.fill({ username: "a", email: "ada@example", password: "short" });
  await setupPage.submit();
  await expect(setupPage.complaint("username")).toContainText("3 to 20");
  await expect(setupPage.complaint("email")).toContainText("e-mail address");
  await expect(setupPage.complaint("password")).toContainText("10");
  await expect(setupPage.username).toHaveValue("a");
  await expect(setupPage.email).toHaveValue("ada@example");

  await setupPage.fill(ADMINISTRATOR);
  await setupPage.submit();
  await expect(new Dashboard(page).heading).toBeVisible();
});

test("from another machine it wants the set-up code that the program printed", async ({ page, program, setupPage, problems }) => {
  problems.expectStatus(403, 422);
  await page.goto(program.urlAs(FOREIGN_NAME));
  await setupPage.isAlive();
  await setupPage.fill(ADMINISTRATOR);
  await setupPage.code.fill("not-the-code");
  await setupPage.submit();
  await expect(setupPage.complaint("code")).not.toBeEmpty();
  await expect(setupPage.heading, "nothing was made").toBeVisible();

  await setupPage.password.fill(ADMINISTRATOR.password);
  await setupPage.code.fill(program.setupCode);
  await setupPage.submit();
  await expect(new Dashboard(page).heading).toBeVisible();
});

test("with an account the set-up is closed", async ({ page, setupPage, dashboard }) => {
  await page.goto("/setup");
  await expect(dashboard.heading).toBeVisible();
  await expect(setupPage.heading).toHaveCount(0);
});

test.describe("with JavaScript switched off", () => {
  test.use({ javaScriptEnabled: false });

  test("the administrator can be made all the same", async ({ page, setupPage, problems }) => {
    problems.expectNoScripts();
    await page.goto("/");
    await setupPage.fill({ ...ADMINISTRATOR, username: "a" });
    await setupPage.submit();
    await expect(setupPage.complaint("username")).toContainText("3 to 20");
    await expect(setupPage.email, "what was typed stays").toHaveValue(ADMINISTRATOR.email);
    await expect(setupPage.password, "the password does not").toHaveValue("");

    await setupPage.fill(ADMINISTRATOR);
    await setupPage.submit();
    await expect(new Dashboard(page).heading).toBeVisible();
  });
});

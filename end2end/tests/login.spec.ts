// Logging in and out.

import { ADMINISTRATOR } from "../harness/api";
import { SESSION_COOKIE, expect, test } from "../harness/test";
import { texts } from "../harness/texts";

test("the page that was asked for is shown after the login", async ({ page, api: _, loginPage, frame }) => {
  await page.goto("/labels");
  await expect(loginPage.heading).toBeVisible();
  await loginPage.isAlive();
  await loginPage.logIn(ADMINISTRATOR.username, ADMINISTRATOR.password);
  await expect(frame.heading).toHaveText(texts.nav.labels);
});

test("the e-mail address logs in as well", async ({ api: _, loginPage, frame }) => {
  await loginPage.open();
  await loginPage.logIn(ADMINISTRATOR.email, ADMINISTRATOR.password);
  await expect(frame.heading).toHaveText(texts.nav.dashboard);
});

test("a wrong password is refused in plain words, and the name stays", async ({ api: _, loginPage, problems }) => {
  problems.expectStatus(401);
  await loginPage.open();
  await loginPage.logIn(ADMINISTRATOR.username, "wrong horse battery");
  await expect(loginPage.refusal).toContainText(/password/i);
  await expect(loginPage.username).toHaveValue(ADMINISTRATOR.username);
});

test("logging out ends the session for good", async ({ page, context, dashboard, frame, loginPage }) => {
  await dashboard.open();
  const before = await context.cookies();
  await frame.logOut();
  await expect(loginPage.heading).toBeVisible();

  await context.addCookies(before.filter((cookie) => cookie.name === SESSION_COOKIE));
  await page.goto("/");
  await expect(loginPage.heading, "the old cookie opens nothing").toBeVisible();
});

test("the session's cookie cannot be read by scripts and is not sent to other sites", async ({ context, page, api: _, loginPage, dashboard }) => {
  await context.clearCookies();
  await loginPage.open();
  await loginPage.logIn(ADMINISTRATOR.username, ADMINISTRATOR.password);
  await expect(dashboard.heading).toBeVisible();
  const cookie = (await context.cookies()).find((one) => one.name === SESSION_COOKIE);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: expect.stringMatching(/Lax|Strict/) });
  expect(await page.evaluate(() => document.cookie)).not.toContain(SESSION_COOKIE);
});

test.describe("with JavaScript switched off", () => {
  test.use({ javaScriptEnabled: false });

  test("one can log in all the same", async ({ page, api: _, loginPage, frame, problems }) => {
    problems.expectNoScripts();
    await page.goto("/labels");
    await loginPage.logIn(ADMINISTRATOR.username, "wrong horse battery");
    await expect(loginPage.refusal).toContainText(/password/i);
    await expect(loginPage.username).toHaveValue(ADMINISTRATOR.username);

    await loginPage.logIn(ADMINISTRATOR.username, ADMINISTRATOR.password);
    await expect(frame.heading).toBeVisible();
  });
});

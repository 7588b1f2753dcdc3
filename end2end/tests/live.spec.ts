// The page shows the truth: when the program cannot be reached, it says so and greys what it knew.

import { expect, reaching, test } from "../harness/test";
import { texts } from "../harness/texts";
import { Dashboard, FleetRow } from "../pages/dashboard";
import { LoginPage } from "../pages/login";

test("while the program is stopped the page says since when, and goes on by itself afterwards", async ({ page, dashboard, frame, program, problems }) => {
  problems.expectOutage();
  await dashboard.open();
  const row = new FleetRow(dashboard.rows.first());
  await row.isLive();
  const isGrey = () => row.value("cpu").locator(".value").evaluate((value) => {
    for (let element: Element | null = value; element; element = element.parentElement) {
      if (getComputedStyle(element).filter.includes("grayscale")) return true;
    }
    return false;
  });
  expect(await isGrey()).toBe(false);
  await page.evaluate(() => document.body.setAttribute("data-not-reloaded", ""));

  expect(await program.stop(), "a clean stop within five seconds").toBeLessThan(5_000);
  await expect(frame.connectionLost).toBeVisible({ timeout: 5_000 });
  await expect(frame.connectionLost).toContainText(/\d\d:\d\d/);
  await expect.poll(isGrey, "values are greyed").toBe(true);

  await program.launch();
  await expect(frame.connectionLost).toBeHidden({ timeout: 20_000 });
  await row.isLive();
  await expect.poll(isGrey, "values are live again").toBe(false);
  const line = () => page.locator(".sparkline-line").first().getAttribute("d");
  const then = await line();
  await expect.poll(line, { timeout: 10_000 }).not.toBe(then);
  await expect(page.locator("body"), "without loading the page anew").toHaveAttribute("data-not-reloaded", "");
});

test("a program that hangs is noticed as well", async ({ dashboard, frame, program }) => {
  await dashboard.open();
  await new FleetRow(dashboard.rows.first()).isLive();
  program.freeze();
  try {
    await expect(frame.connectionLost).toBeVisible({ timeout: 20_000 });
  } finally {
    program.thaw();
  }
  await expect(frame.connectionLost).toBeHidden({ timeout: 30_000 });
});

test("a server's page goes on after an outage too", async ({ serverPage, frame, program, administrator, sshd, problems }) => {
  problems.expectOutage();
  const { id } = await administrator.addServer(reaching(sshd, "web-1"));
  await serverPage.open(id);
  await serverPage.isLive();
  await program.stop();
  await expect(frame.connectionLost).toBeVisible({ timeout: 5_000 });
  await program.launch();
  await expect(frame.connectionLost).toBeHidden({ timeout: 20_000 });
  const line = () => serverPage.lines(texts.metric.cpu).first().getAttribute("d");
  await expect.poll(line, { timeout: 10_000 }).toBeTruthy();
  const then = await line();
  await expect.poll(line, { timeout: 10_000 }).not.toBe(then);
});

test("logging out in one tab ends the others", async ({ page, context, dashboard, frame }) => {
  await dashboard.open();
  const second = await context.newPage();
  const other = new Dashboard(second);
  await other.open();
  await new FleetRow(other.rows.first()).isLive();
  await frame.logOut();
  await expect(new LoginPage(page).heading).toBeVisible();
  await expect(new LoginPage(second).heading, "the other tab shows no more values").toBeVisible({ timeout: 5_000 });
});

test("two people see the same moment", async ({ dashboard, browser, administrator, program, sshd }) => {
  await dashboard.open();
  await administrator.post("/api/users", { username: "looker", email: "looker@example.com", password: "correct horse battery", role: "user" });
  const context = await browser.newContext({ baseURL: program.url });
  const theirs = await context.newPage();
  const login = new LoginPage(theirs);
  await login.open();
  await login.logIn("looker", "correct horse battery");
  const other = new Dashboard(theirs);
  await expect(other.heading).toBeVisible();
  await expect(theirs.getByRole("link", { name: texts.servers.add }), "who only looks is not offered more").toHaveCount(0);
  await administrator.addServer(reaching(sshd, "web-1"));
  await dashboard.row("web-1").isLive();
  await other.row("web-1").isLive();
  await context.close();
});

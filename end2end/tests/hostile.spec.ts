// Names that would harm: shown as text or refused, and never breaking the layout.

import { expect, reaching, test } from "../harness/test";
import { texts } from "../harness/texts";

const MARKUP = `<script>document.title="broken"</script>`;
const ATTRIBUTE = `"><img src=x onerror='document.title="broken"'>`;
/** Turns the writing direction, hides itself, ends the line, rings the bell. */
const UNPRINTABLE = ["a\u202Eb", "a\u200Bb", "a\nb", "a\u0007b", "a\u0000b"];

test("markup in names is text everywhere", async ({ page, dashboard, serverPage, labelsPage, auditPage, frame, administrator, sshd }) => {
  let id = 0;
  for (const name of [MARKUP, ATTRIBUTE]) {
    const added = await administrator.send<{ server_id: number }>("POST", "/api/servers", reaching(sshd, name, { description: name }));
    await administrator.send("POST", "/api/groups", { name, color: "#123456", description: name });
    await administrator.send("POST", "/api/tags", { name, color: "#123456" });
    if (added.status === 201) id = added.body.server_id;
    else expect(added.status, "refused").toBe(422);
  }
  await administrator.send("POST", "/api/auth/login", { username: MARKUP, password: ATTRIBUTE });
  const looksAt = async (open: () => Promise<void>) => {
    await open();
    await page.waitForTimeout(300);
    expect(await page.title()).not.toBe("broken");
    expect(await page.locator("img[src=x]").count()).toBe(0);
  };
  await looksAt(() => dashboard.open());
  await looksAt(() => dashboard.open("?view=cards"));
  await looksAt(() => dashboard.open("?view=heat"));
  await looksAt(() => labelsPage.open());
  await looksAt(() => auditPage.open());
  await looksAt(() => dashboard.open(`?q=${encodeURIComponent(MARKUP)}&sort=${encodeURIComponent(ATTRIBUTE)}`));
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.type("script");
  await expect(frame.palette).toBeVisible();
  await page.keyboard.press("Escape");
  if (id) {
    await looksAt(() => serverPage.open(id));
    await expect(frame.heading).toContainText("<");
    await serverPage.delete.click();
    await expect(page.getByRole("dialog").filter({ hasText: "onerror" })).toBeVisible();
  }
});

test("names with characters that deceive are refused at their field", async ({ serverForm, administrator, sshd }) => {
  for (const name of UNPRINTABLE) {
    const answer = await administrator.send<{ fields: { field: string }[] }>("POST", "/api/servers", reaching(sshd, name));
    expect(answer.status, JSON.stringify(name)).toBe(422);
    expect(answer.body.fields.map((field) => field.field)).toEqual(["name"]);
  }
  await serverForm.openNew();
  await serverForm.address("a\u202Eb", sshd);
  await serverForm.usePassword("x");
  await serverForm.save.click();
  await expect(serverForm.complaint("name")).toContainText(/control characters/);
  expect(await administrator.get<unknown[]>("/api/servers"), "nothing was added").toHaveLength(1);
});

test("the longest names do not break the layout", async ({ page, dashboard, labelsPage, administrator, frame, sshd }) => {
  const long = "W".repeat(100);
  const [group, tag] = [await administrator.addGroup(long), await administrator.addTag(long)];
  const { id } = await administrator.addServer(reaching(sshd, long, { group_id: group, tag_ids: [tag], description: "x".repeat(2_000) }));
  await dashboard.open();
  await dashboard.row(long).isLive();
  const height = (await dashboard.row(long).row.boundingBox())?.height ?? 0;
  const other = (await dashboard.rows.filter({ hasNotText: long }).first().boundingBox())?.height ?? 0;
  expect(Math.abs(height - other), "all rows are equally high").toBeLessThan(1.5);
  for (const width of [1366, 768, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ["/", "/?view=cards", "/labels", `/servers/${id}`, `/servers/${id}/edit`, "/servers/new", "/incidents?show=all", "/audit"]) {
      await page.goto(path);
      await frame.isAlive();
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(sideways, `${path} at ${width} pixels`).toBeLessThanOrEqual(0);
    }
  }
  await labelsPage.open();
  await expect(labelsPage.groups.count(long)).toBeVisible();
});

test("a login never leads to another site", async ({ page, api: _, loginPage, problems }) => {
  problems.expectStatus(404);
  for (const next of ["//evil.example/x", "https://evil.example", "/\\evil.example"]) {
    // Left first: the open dashboard would rightly complain about the session that is taken from it.
    await page.goto("about:blank");
    await page.context().clearCookies();
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await loginPage.isAlive();
    await loginPage.logIn("ada", "correct horse battery");
    await expect(page.getByRole("heading", { level: 1, name: texts.nav.dashboard })).toBeVisible();
  }
});

test("pages allow nothing but the product's own files", async ({ page, administrator: _ }) => {
  const headers = (await page.goto("/"))?.headers() ?? {};
  const policy = headers["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
  expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "x-frame-options": "DENY" });
});

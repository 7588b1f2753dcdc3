// Many servers: changing, deleting, finding and sorting them. What was chosen stands in the address.

import type { Api } from "../harness/api";
import { freePort } from "../harness/files";
import type { Sshd } from "../harness/sshd";
import { expect, reaching, test } from "../harness/test";
import { filled, texts } from "../harness/texts";

/** Three that answer and one that does not, in two groups and with a tag. */
async function seed(api: Api, sshd: Sshd): Promise<{ shop: number; lab: number; blue: number }> {
  const [shop, lab, blue] = [await api.addGroup("Shop"), await api.addGroup("Lab"), await api.addTag("blue")];
  await api.addServer(reaching(sshd, "web-9", { group_id: shop, tag_ids: [blue] }));
  await api.addServer(reaching(sshd, "web-10", { group_id: shop }));
  await api.addServer(reaching(sshd, "mail", { group_id: lab, tag_ids: [blue] }));
  const closed = { port: await freePort(sshd.host), host_key_fingerprint: undefined };
  await api.addServer({ ...reaching(sshd, "broken", { group_id: lab }), ...closed });
  return { shop, lab, blue };
}

test("a server is changed", async ({ serverPage, serverForm, administrator, sshd }) => {
  const { id } = await administrator.addServer(reaching(sshd, "web-1"));
  await serverPage.open(id);
  await serverPage.isLive();
  await serverPage.edit.click();
  await expect(serverForm.name).toHaveValue("web-1");
  await expect(serverForm.host).toHaveValue(sshd.host);
  await expect(serverForm.privateKey, "a stored secret is never shown").toHaveValue("");
  await serverForm.name.fill("web-1a");
  await serverForm.description.fill("Renamed");
  await serverForm.interval.fill("30");
  await serverForm.save.click();
  await expect(serverPage.heading("web-1a")).toBeVisible();
  await expect(serverPage.about).toContainText("Renamed");
  await serverPage.isLive();
  expect(await administrator.server(id)).toMatchObject({ name: "web-1a", interval_secs: 30, status: "online" });
});

test("this machine can be renamed and has no login to change", async ({ serverPage, serverForm, page }) => {
  await serverForm.openEdit(1);
  await expect(serverForm.host).toHaveCount(0);
  await serverForm.name.fill("Hub");
  await serverForm.save.click();
  await expect(serverPage.heading("Hub")).toBeVisible();
  await expect(serverPage.delete, "the machine itself cannot be deleted").toBeHidden();
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Hub", exact: true })).toBeVisible();
});

test("a server is deleted only when its name was typed", async ({ serverPage, dashboard, administrator, sshd, page }) => {
  const { id } = await administrator.addServer(reaching(sshd, "web-1"));
  await serverPage.open(id);
  await serverPage.delete.click();
  const confirmation = serverPage.confirmation("web-1");
  await expect(confirmation.delete).toBeDisabled();
  await confirmation.name.fill("web-2");
  await expect(confirmation.delete).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(confirmation.dialog).toBeHidden();

  await serverPage.delete.click();
  await confirmation.name.fill("web-1");
  await confirmation.delete.click();
  await expect(dashboard.heading).toBeVisible();
  await expect(dashboard.row("web-1").row).toHaveCount(0);
  expect((await administrator.send("GET", `/api/servers/${id}`)).status).toBe(404);
});

test("the list is searched by name and address", async ({ dashboard, administrator, sshd }) => {
  await seed(administrator, sshd);
  await dashboard.open();
  await expect(dashboard.rows).toHaveCount(5);
  await dashboard.search.fill("WEB 10");
  await expect(dashboard.rows).toHaveCount(1);
  await expect(dashboard.row("web-10").row).toBeVisible();
  await dashboard.search.fill("web-10 127.0.0");
  await expect(dashboard.rows).toHaveCount(1);
  await dashboard.search.fill("nothing like it");
  await expect(dashboard.page.getByText(texts.fleet.no_match, { exact: true })).toBeVisible();
  await dashboard.clear.first().click();
  await expect(dashboard.rows).toHaveCount(5);
});

test("the list is filtered by group, tag and status", async ({ dashboard, administrator, sshd }) => {
  await seed(administrator, sshd);
  await dashboard.open();
  await dashboard.row("broken").is("offline");
  await dashboard.group.selectOption({ label: "Shop" });
  await expect.poll(async () => (await dashboard.names()).sort()).toEqual(["web-10", "web-9"]);
  await dashboard.tag.selectOption({ label: "blue" });
  await expect.poll(() => dashboard.names()).toEqual(["web-9"]);
  await dashboard.group.selectOption({ label: texts.fleet.all_groups });
  await expect.poll(async () => (await dashboard.names()).sort()).toEqual(["mail", "web-9"]);
  await dashboard.clear.click();
  await dashboard.count("offline").click();
  await expect.poll(() => dashboard.names()).toEqual(["broken"]);
  await dashboard.count("offline").click();
  await expect(dashboard.rows).toHaveCount(5);
});

test("the list is sorted by its headings, and what needs a person comes first", async ({ dashboard, administrator, sshd }) => {
  await seed(administrator, sshd);
  await dashboard.open();
  await dashboard.row("broken").is("offline");
  for (const name of ["mail", "web-9", "web-10"]) await dashboard.row(name).isLive();
  await dashboard.page.mouse.move(1, 1);
  await expect.poll(async () => (await dashboard.names())[0], { timeout: 12_000 }).toBe("broken");

  await dashboard.sortBy(texts.fleet.server);
  await expect(dashboard.column(texts.fleet.server)).toHaveAttribute("aria-sort", "ascending");
  const own = (await administrator.server(1)).name;
  const byName = ["broken", "mail", "web-9", "web-10"];
  await expect.poll(async () => (await dashboard.names()).filter((name) => name !== own)).toEqual(byName);
  await dashboard.sortBy(texts.fleet.server);
  await expect(dashboard.column(texts.fleet.server)).toHaveAttribute("aria-sort", "descending");
  await expect.poll(async () => (await dashboard.names()).filter((name) => name !== own)).toEqual(byName.toReversed());

  await dashboard.sortBy(texts.metric.memory);
  await expect(dashboard.column(texts.metric.memory)).toHaveAttribute("aria-sort", "descending");
  await expect.poll(async () => (await dashboard.names()).at(-1), "those without a value come last").toBe("broken");
});

test("what was chosen stands in the address and survives a reload", async ({ dashboard, administrator, sshd, page }) => {
  const { lab } = await seed(administrator, sshd);
  await dashboard.open();
  await dashboard.group.selectOption({ label: "Lab" });
  await dashboard.search.fill("mai");
  await expect.poll(() => dashboard.names()).toEqual(["mail"]);
  await dashboard.sortBy(texts.metric.cpu);
  await expect.poll(() => new URL(page.url()).search).toMatch(/sort=cpu/);
  const address = new URL(page.url());
  expect(Object.fromEntries(address.searchParams)).toMatchObject({ group: String(lab), q: "mai", sort: "cpu", dir: "desc" });
  await page.reload();
  await dashboard.isAlive();
  expect(page.url()).toBe(address.href);
  await expect(dashboard.search).toHaveValue("mai");
  await expect(dashboard.group).toHaveValue(String(lab));
  await expect.poll(() => dashboard.names()).toEqual(["mail"]);
  await expect(dashboard.column(texts.metric.cpu)).toHaveAttribute("aria-sort", "descending");
});

test("cards and heat map show the same servers", async ({ dashboard, administrator, sshd, page }) => {
  await seed(administrator, sshd);
  await dashboard.open();
  await dashboard.row("web-9").isLive();
  await dashboard.show("as_cards");
  const list = page.getByRole("list", { name: texts.fleet.servers });
  await expect(list.getByRole("listitem")).toHaveCount(5);
  await expect(list.getByRole("listitem").filter({ hasText: "web-9" })).toContainText(/\d\s*%/);
  await dashboard.show("as_heat");
  await expect(list.getByRole("link", { name: /^web-9: / })).toBeVisible();
  await expect(list.getByRole("listitem")).toHaveCount(5);
  await page.reload();
  await dashboard.isAlive();
  await expect(list.getByRole("link", { name: /^web-9: / })).toBeVisible();
});

test("a server that is added elsewhere appears without a reload, and goes when it is deleted", async ({ dashboard, administrator, sshd }) => {
  await dashboard.open();
  const { id } = await administrator.addServer(reaching(sshd, "late"));
  await dashboard.row("late").isLive();
  await administrator.put(`/api/servers/${id}`, { name: "later" });
  await expect(dashboard.row("later").row).toBeVisible();
  await administrator.delete(`/api/servers/${id}`);
  await expect(dashboard.row("later").row).toHaveCount(0);
});

test("groups and tags are made, renamed, recoloured and deleted", async ({ labelsPage, administrator, sshd }) => {
  await labelsPage.open();
  await labelsPage.groups.add();
  await labelsPage.name.fill("Shop");
  await labelsPage.save();
  await expect(labelsPage.groups.row("Shop")).toBeVisible();
  await labelsPage.tags.add();
  await labelsPage.name.fill("blue");
  await labelsPage.save();
  await expect(labelsPage.tags.row("blue")).toBeVisible();

  await labelsPage.groups.edit("Shop");
  await labelsPage.name.fill("Web shop");
  await labelsPage.chooseColour("#dc2626");
  await labelsPage.save();
  await expect(labelsPage.groups.row("Web shop")).toBeVisible();
  const groups = await administrator.get<{ id: number; name: string; color: string }[]>("/api/groups");
  expect(groups).toMatchObject([{ name: "Web shop", color: "#dc2626" }]);

  await labelsPage.tags.delete("blue");
  await expect(labelsPage.tags.row("blue"), "unused: gone without a question").toHaveCount(0);

  await administrator.addServer(reaching(sshd, "web-1", { group_id: groups[0]?.id }));
  await labelsPage.open();
  await expect(labelsPage.groups.count("Web shop")).toHaveText("1");
  await labelsPage.groups.delete("Web shop");
  const confirmation = labelsPage.confirmation("Web shop");
  await expect(confirmation.dialog).toContainText(filled(texts.labels.delete_detail, { count: 1 }));
  await expect(confirmation.delete).toBeDisabled();
  await confirmation.name.fill("Web shop");
  await confirmation.delete.click();
  await expect(labelsPage.groups.row("Web shop")).toHaveCount(0);
});

test("a label whose name is taken is refused at its field", async ({ labelsPage, administrator, problems }) => {
  problems.expectStatus(409, 422);
  await administrator.addTag("blue");
  await labelsPage.open();
  await labelsPage.tags.add();
  await labelsPage.name.fill("blue");
  await labelsPage.save();
  await expect(labelsPage.dialog.locator("#name-error")).not.toBeEmpty();
  await expect(labelsPage.name).toHaveValue("blue");
});

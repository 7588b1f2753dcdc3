// What reaches people, by a real mail server that parses it and an HTTP server that checks who signed it. How channels are made and
// refused is in notifications.spec.ts, what is done about an incident in incidents.spec.ts.

import { createHmac } from "node:crypto";
import type { Api } from "../harness/api";
import { MailServer } from "../harness/mail";
import { Sink } from "../harness/sink";
import { test as base, expect, reaching } from "../harness/test";
import { texts } from "../harness/texts";

const words = texts.notifications;
const SECRET = "a secret that signs";
/** What takes a sample, a look at who answers and a mail. */
const SOON = { timeout: 20_000 };

const test = base.extend<{ mail: MailServer; sink: Sink }>({
  mail: async ({}, use) => {
    const mail = await MailServer.start();
    await use(mail);
    await mail.stop();
  },
  sink: async ({}, use) => {
    const sink = await Sink.start();
    await use(sink);
    await sink.stop();
  },
});

test.use({ settings: { MONITOR_OUTGOING_ALLOW: "127.0.0.1", MONITOR_WATCH_SELF: "true" } });

/** A rule about this machine that fires at once, or never. */
function rule(name: string, fires: boolean): object {
  const level = fires ? 0 : 1e12;
  const condition = { kind: "value", series: "uptime", comparison: "above", fire: level, clear: level };
  return { name, severity: "critical", condition };
}

/** An email channel for operators; mail is told of everything from warnings on. Gives its id. */
async function addMail(api: Api, mail: MailServer): Promise<number> {
  const target = { kind: "email", host: "127.0.0.1", port: mail.port, security: "none", from: "monitor@example.com", to: ["ops@example.com"] };
  return (await api.post<{ channel_id: number }>("/api/channels", { name: "Mail", target })).channel_id;
}

test("the usual thresholds are there from the start, and the guide's call changes what the page shows", async ({ administrator: api, notificationsPage, page }) => {
  const fields: [string, string][] = [
    [words.cpu_warning, "80"],
    [words.cpu_critical, "90"],
    [words.memory_warning, "75"],
    [words.memory_critical, "85"],
    [words.disk_warning, "80"],
    [words.disk_critical, "90"],
  ];
  await notificationsPage.open();
  for (const [label, value] of fields) await expect(page.getByLabel(label)).toHaveValue(value);
  const rules = await api.get<{ name: string; severity: string; for_secs: number }[]>("/api/rules");
  expect(rules.find((one) => one.name === "Server offline")).toMatchObject({ severity: "critical", for_secs: 0, condition: { kind: "offline" } });

  await api.post("/api/settings", {
    cpu_warning_threshold: 71,
    cpu_critical_threshold: 91,
    memory_warning_threshold: 72,
    memory_critical_threshold: 92,
    disk_warning_threshold: 73,
    disk_critical_threshold: 93,
  });
  await notificationsPage.open();
  const now = ["71", "91", "72", "92", "73", "93"];
  for (const [index, [label]] of fields.entries()) await expect(page.getByLabel(label)).toHaveValue(now[index] ?? "");
});

test("mail and a signed webhook are set up on the page, and carry what they are told unharmed", async ({ administrator: api, mail, sink, notificationsPage }) => {
  await notificationsPage.open();
  await notificationsPage.add("email", "Mail");
  await notificationsPage.fill(words.host, "127.0.0.1");
  await notificationsPage.dialog.getByLabel(words.security).selectOption("none");
  await notificationsPage.fill(words.port, String(mail.port));
  await notificationsPage.fill(words.from, "Server Monitor <monitor@example.com>");
  await notificationsPage.fill(words.to, "ops@example.com, ada@example.com");
  await notificationsPage.save();
  await expect(notificationsPage.dialog).toBeHidden();
  await notificationsPage.add("webhook", "Script");
  await notificationsPage.fill(words.url, `${sink.url}/events`);
  await notificationsPage.fill(words.event_types, "alert.triggered, alert.resolved");
  await notificationsPage.fill(words.signing_secret, SECRET);
  await notificationsPage.save();
  await expect(notificationsPage.dialog).toBeHidden();

  const channel = notificationsPage.channel("Mail");
  await channel.getByRole("button", { name: words.test }).click();
  await expect(channel).toContainText("250 2.0.0 Ok: taken");
  expect(mail.mails).toHaveLength(1);
  expect(mail.mails[0]).toMatchObject({ from: "monitor@example.com", to: ["ops@example.com", "ada@example.com"] });
  expect(Object.keys(mail.mails[0]!.parts).sort()).toEqual(["text/html", "text/plain"]);
  expect(mail.mails[0]!.headers.subject).toMatch(/^Test: /);
  await notificationsPage.channel("Script").getByRole("button", { name: words.test }).click();
  await expect(notificationsPage.channel("Script")).toContainText("200 OK");

  const name = 'It <b>"runs"</b> & <script>alert(1)</script>';
  await api.post("/api/rules", rule(name, true));
  await expect.poll(() => mail.about(`Critical: ${name} on `).length, SOON).toBe(1);
  const { parts } = mail.about("Critical: ")[0]!;
  expect(parts["text/plain"]).toContain("uptime ");
  expect(parts["text/html"]).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(parts["text/html"]).not.toContain("<script>");
  expect(parts["text/html"]).not.toContain("<b>");

  await expect.poll(() => sink.posted.length, SOON).toBe(2);
  for (const { headers, body } of sink.posted) {
    expect(headers["x-sm-signature"]).toBe(`sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`);
    expect(headers["x-sm-event-id"]).toBe(JSON.parse(body).event_id);
  }
  expect(sink.posted.map(({ headers }) => headers["x-sm-event-type"])).toEqual(["webhook.test", "alert.triggered"]);
  expect(JSON.parse(sink.posted[1]!.body).meta.rule).toBe(name);
});

test("one message when it begins and one when it is over, and the next are told only of what nobody acknowledged", async ({ administrator: api, mail, sink, incidentsPage }) => {
  test.setTimeout(150_000);
  const mailId = await addMail(api, mail);
  const chat = { name: "Chat", target: { kind: "slack" }, secret: `${sink.url}/chat`, levels: [] };
  const { channel_id: chatId } = await api.post<{ channel_id: number }>("/api/channels", chat);
  const steps = [
    { after_secs: 0, channels: [mailId] },
    { after_secs: 20, channels: [chatId] },
  ];
  await api.put("/api/levels/2", { name: "Level 2: critical", steps });

  const ids: Record<string, number> = {};
  for (const name of ["Taken on", "Left alone"]) {
    ids[name] = (await api.post<{ rule_id: number }>("/api/rules", rule(name, true))).rule_id;
  }
  await expect.poll(() => mail.mails.length, SOON).toBe(2);
  await incidentsPage.open();
  await incidentsPage.row("Taken on").getByRole("link", { name: "Taken on" }).click();
  await expect(incidentsPage.heading).toContainText("Taken on");
  await incidentsPage.press(texts.incidents.acknowledge);
  await expect(incidentsPage.facts).toContainText("Acknowledged by ada");

  await expect.poll(() => sink.posted.length, { timeout: 40_000 }).toBe(1);
  expect(JSON.parse(sink.posted[0]!.body).text).toMatch(/^Nobody acknowledged, critical: Left alone on /);
  for (const name of Object.keys(ids)) await api.put(`/api/rules/${ids[name]}`, rule(name, false));
  await expect.poll(() => mail.mails.length, SOON).toBe(4);
  for (const name of Object.keys(ids)) {
    expect(mail.about(`Critical: ${name} on `), name).toHaveLength(1);
    const over = mail.about(`Over: ${name} on `);
    expect(over, name).toHaveLength(1);
    expect(over[0]!.parts["text/plain"]).toMatch(/over at .+, after \d+ (s|min)/);
  }
  // Whoever was told that it began is told that it is over, and nobody else.
  await expect.poll(() => sink.posted.length, SOON).toBe(2);
  expect(JSON.parse(sink.posted[1]!.body).text).toMatch(/^Over: Left alone on /);
  await expect(incidentsPage.timeline.filter({ hasText: texts.incidents.was_over })).toBeVisible(SOON);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect([mail.mails.length, sink.posted.length], "nothing is told twice").toEqual([4, 2]);
});

test("a killed sshd is told within seconds, the link in the mail opens the incident, and a mail says that it is over", async ({ administrator: api, program, mail, sshd, incidentsPage, page }) => {
  await program.restartWith({ MONITOR_PUBLIC_URL: program.url });
  await addMail(api, mail);
  const { id } = await api.addServer(reaching(sshd, "web-1"));
  await expect.poll(async () => (await api.server(id)).status, SOON).toBe("online");

  const killed = Date.now();
  await sshd.stop();
  await expect.poll(() => mail.mails.length, SOON).toBe(1);
  // Ten seconds until it is noticed, one until it is told; and what a busy machine takes.
  expect(Date.now() - killed, "milliseconds until the mail").toBeLessThan(13_000);
  const begun = mail.mails[0]!;
  expect(begun.headers.subject).toBe("Critical: Server offline on web-1");
  const link = /^http:\S+$/m.exec(begun.parts["text/plain"] ?? "")?.[0] ?? "";
  expect(link).toMatch(new RegExp(`^${program.url}/incidents/\\d+$`));
  expect(begun.parts["text/html"]).toContain(`href="${link}"`);
  await page.goto(link);
  await incidentsPage.isAlive();
  await expect(incidentsPage.heading).toContainText("Server offline");
  await expect(incidentsPage.heading).toContainText("web-1");
  await expect(incidentsPage.facts).toContainText(texts.incidents.open);
  await expect(incidentsPage.timeline.filter({ hasText: texts.incidents.was_told })).toContainText("Mail");

  await sshd.launch();
  await expect.poll(() => mail.mails.length, { timeout: 45_000 }).toBe(2);
  const over = mail.mails[1]!;
  expect(over.headers.subject).toBe("Over: Server offline on web-1");
  expect(over.parts["text/plain"]).toMatch(/web-1: over at .+, after \d+ (s|min)/);
  expect(over.headers.references, "both are one thread").toBe(begun.headers.references);
  await expect(incidentsPage.timeline.filter({ hasText: texts.incidents.was_over })).toBeVisible(SOON);
});

test("in quiet hours nobody is disturbed; what still goes on is told afterwards, in the language and time zone of its readers", async ({ administrator: api, program, mail, notificationsPage }) => {
  test.setTimeout(120_000);
  await program.restartWith({ MONITOR_PUBLIC_URL: program.url });
  await addMail(api, mail);
  await notificationsPage.open();
  await notificationsPage.add("email", "Sleepers");
  await notificationsPage.fill(words.host, "127.0.0.1");
  await notificationsPage.dialog.getByLabel(words.security).selectOption("none");
  await notificationsPage.fill(words.port, String(mail.port));
  await notificationsPage.fill(words.from, "monitor@example.com");
  await notificationsPage.fill(words.to, "sleepers@example.com");
  // As the browser has them, until somebody chooses.
  await expect(notificationsPage.dialog.getByLabel(words.time_zone)).toHaveValue("Europe/Paris");
  await expect(notificationsPage.dialog.getByLabel(words.language)).toHaveValue("en");
  await notificationsPage.dialog.getByLabel(words.language).selectOption("Deutsch");
  await notificationsPage.fill(words.time_zone, "Asia/Tokyo");
  await notificationsPage.dialog.getByLabel(words.quiet, { exact: true }).check();
  const inTokyo = (at: number): string => new Date(at).toLocaleTimeString("en-GB", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" });
  await notificationsPage.fill(words.quiet_from, inTokyo(Date.now() - 3_600_000));
  await notificationsPage.fill(words.quiet_until, inTokyo(Date.now() + 3_600_000));
  await notificationsPage.dialog.getByLabel(words.quiet_except).uncheck();
  await notificationsPage.dialog.getByText(words.templates).click();
  await notificationsPage.dialog.getByRole("button", { name: words.preview }).click();
  await expect(notificationsPage.dialog.getByText("Kritisch: CPU critical auf 2 Servern")).toBeVisible();
  await notificationsPage.save();
  await expect(notificationsPage.dialog).toBeHidden();

  const told = (to: string): string[] => mail.mails.filter((one) => one.to.includes(to)).map(({ headers }) => headers.subject ?? "");
  const { rule_id: passing } = await api.post<{ rule_id: number }>("/api/rules", rule("Passing", true));
  const { rule_id: lasting } = await api.post<{ rule_id: number }>("/api/rules", rule("Lasting", true));
  await expect.poll(() => told("ops@example.com").length, SOON).toBe(2);
  await api.put(`/api/rules/${passing}`, rule("Passing", false));
  await expect.poll(() => told("ops@example.com").length, SOON).toBe(3);
  expect(told("sleepers@example.com"), "nobody is woken").toEqual([]);

  await notificationsPage.channel("Sleepers").getByRole("button", { name: /Edit/ }).click();
  await expect(notificationsPage.dialog.getByLabel(words.language)).toHaveValue("de");
  await notificationsPage.dialog.getByLabel(words.quiet, { exact: true }).uncheck();
  await notificationsPage.save();
  await expect.poll(() => told("sleepers@example.com").length, SOON).toBe(1);
  const late = mail.mails.find((one) => one.to.includes("sleepers@example.com"))!;
  expect(late.headers.subject).toMatch(/^Kritisch: Lasting auf /);
  expect(late.parts["text/plain"]).toMatch(/: seit \d{4}-\d\d-\d\d \d\d:\d\d JST/);
  expect(late.parts["text/html"]).toContain('<html lang="de">');
  expect(late.parts["text/html"]).toContain("In Server Monitor öffnen");

  await api.put(`/api/rules/${lasting}`, rule("Lasting", false));
  await expect.poll(() => told("sleepers@example.com").length, SOON).toBe(2);
  expect(told("sleepers@example.com")[1]).toMatch(/^Vorbei: Lasting auf /);
  expect(told("ops@example.com").map((subject) => subject.split(" on ")[0]).sort()).toEqual(["Critical: Lasting", "Critical: Passing", "Over: Lasting", "Over: Passing"]);
});

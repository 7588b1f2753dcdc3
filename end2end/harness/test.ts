// The test with its fixtures: a program, a first administrator, servers to watch, and the pages. What a test does not name
// is not started; all of it is ended with the test.

import { writeFileSync } from "node:fs";
import { type Page, test as base, expect } from "@playwright/test";
import { AuditPage } from "../pages/audit";
import { Dashboard } from "../pages/dashboard";
import { Frame } from "../pages/frame";
import { HistoryPage } from "../pages/history";
import { IncidentsPage } from "../pages/incidents";
import { PastPage } from "../pages/past";
import { LabelsPage } from "../pages/labels";
import { LoginPage } from "../pages/login";
import { MaintenancePage } from "../pages/maintenance";
import { NotificationsPage } from "../pages/notifications";
import { RulesPage } from "../pages/rules";
import { ServerForm } from "../pages/server-form";
import { ServerPage } from "../pages/server";
import { SetupPage } from "../pages/setup";
import { StoragePage } from "../pages/storage";
import { Api, type NewServer } from "./api";
import { noteLayoutShifts } from "./layout-shift";
import { Problems } from "./problems";
import { Program } from "./program";
import { Sshd, type SshdOptions } from "./sshd";
import { SystemAccount } from "./system-account";

/** The cookie that carries a session. */
export const SESSION_COOKIE = "sm_session";

interface Fixtures {
  /** Further `MONITOR_*` settings of the program. */
  settings: Record<string, string>;
  program: Program;
  /** A script with the first administrator's token. */
  api: Api;
  /** The browser is logged in as the first administrator from the beginning. */
  administrator: Api;
  problems: Problems;
  /** Starts further OpenSSH servers. */
  startSshd: (options?: SshdOptions) => Promise<Sshd>;
  sshd: Sshd;
  account: SystemAccount;
  frame: Frame;
  setupPage: SetupPage;
  loginPage: LoginPage;
  dashboard: Dashboard;
  serverForm: ServerForm;
  serverPage: ServerPage;
  labelsPage: LabelsPage;
  auditPage: AuditPage;
  storagePage: StoragePage;
  historyPage: HistoryPage;
  incidentsPage: IncidentsPage;
  maintenancePage: MaintenancePage;
  notificationsPage: NotificationsPage;
  rulesPage: RulesPage;
  pastPage: PastPage;
}

export const test = base.extend<Fixtures>({
  settings: [{}, { option: true }],

  program: async ({ settings }, use, testInfo) => {
    const program = await Program.start(settings);
    await use(program);
    await program.discard();
    if (testInfo.status !== testInfo.expectedStatus) {
      writeFileSync(testInfo.outputPath("program.log"), program.log);
    }
  },

  baseURL: async ({ program }, use) => {
    await use(program.url);
  },

  problems: async ({}, use) => {
    const problems = new Problems();
    await use(problems);
    expect(problems.unexpected(), "what the browser complained about").toEqual([]);
  },

  context: async ({ context, problems }, use) => {
    problems.watch(context);
    await noteLayoutShifts(context);
    await use(context);
  },

  api: async ({ program }, use) => {
    await use(await Api.initialize(program.url));
  },

  administrator: async ({ api, context }, use) => {
    await context.addCookies([{ name: SESSION_COOKIE, value: api.token ?? "", url: api.url, httpOnly: true, sameSite: "Lax" }]);
    await use(api);
  },

  startSshd: async ({}, use) => {
    const started: Sshd[] = [];
    await use(async (options) => {
      const sshd = await Sshd.start(options);
      started.push(sshd);
      return sshd;
    });
    for (const sshd of started) await sshd.discard();
  },

  sshd: async ({ startSshd }, use) => {
    await use(await startSshd());
  },

  account: async ({}, use) => {
    const account = await SystemAccount.make();
    await use(account);
    await account.discard();
  },

  frame: async ({ page }, use) => use(new Frame(page)),
  setupPage: async ({ page }, use) => use(new SetupPage(page)),
  loginPage: async ({ page }, use) => use(new LoginPage(page)),
  dashboard: async ({ page, administrator: _ }, use) => use(new Dashboard(page)),
  serverForm: async ({ page, administrator: _ }, use) => use(new ServerForm(page)),
  serverPage: async ({ page, administrator: _ }, use) => use(new ServerPage(page)),
  labelsPage: async ({ page, administrator: _ }, use) => use(new LabelsPage(page)),
  auditPage: async ({ page, administrator: _ }, use) => use(new AuditPage(page)),
  storagePage: async ({ page, administrator: _ }, use) => use(new StoragePage(page)),
  pastPage: async ({ page, administrator: _ }, use) => use(new PastPage(page)),
  historyPage: async ({ page, administrator: _ }, use) => use(new HistoryPage(page)),
  incidentsPage: async ({ page, administrator: _ }, use) => use(new IncidentsPage(page)),
  maintenancePage: async ({ page, administrator: _ }, use) => use(new MaintenancePage(page)),
  notificationsPage: async ({ page, administrator: _ }, use) => use(new NotificationsPage(page)),
  rulesPage: async ({ page, administrator: _ }, use) => use(new RulesPage(page)),
});

export { expect };
export type { Page };

/** What has to be entered for an OpenSSH server that lets us in by key; its host key is trusted from the start. */
export function reaching(sshd: Sshd, name: string, more: Partial<NewServer> = {}): NewServer {
  return {
    name,
    host: sshd.host,
    port: sshd.port,
    username: sshd.user,
    private_key: sshd.newKey(),
    host_key_fingerprint: sshd.fingerprint,
    ...more,
  };
}

// A system account for the time of a test: passwords can be checked against nothing else. Needs root.

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { userInfo } from "node:os";
import { newFolder, pause } from "./files";

/** Whether system accounts can be made here. */
export const canMakeAccounts = userInfo().uid === 0;

let made = 0;

/** An account that can log in with its password. */
export class SystemAccount {
  private constructor(
    readonly name: string,
    /** It has spaces and a sign in it. */
    readonly password: string,
    private readonly home: string,
  ) {}

  static async make(): Promise<SystemAccount> {
    made += 1;
    const name = `sme${process.pid}x${made}`;
    const account = new SystemAccount(name, `pw ${name} !`, newFolder("server-monitor-home-"));
    await run("useradd", ["--no-create-home", "--home-dir", account.home, "--shell", "/bin/sh", name]);
    await run("chpasswd", [], `${name}:${account.password}\n`);
    return account;
  }

  async discard(): Promise<void> {
    await run("userdel", ["--force", this.name]);
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Runs one of the system's account tools. They lock a common file: another test may have it for a moment. */
async function run(program: string, args: string[], input = ""): Promise<void> {
  let said = "";
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const result = spawnSync(program, args, { input, encoding: "utf8" });
    if (result.status === 0) return;
    said = result.stderr;
    if (!said.includes("lock")) break;
    await pause(250);
  }
  throw new Error(`${program} failed: ${said}`);
}

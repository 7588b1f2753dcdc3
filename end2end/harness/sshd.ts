// A real OpenSSH server on 127.0.0.x with its own keys, port and log.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { freePort, newFolder, pause } from "./files";
import { descendants, signal } from "./processes";

const SSHD = "/usr/sbin/sshd";
const START_LIMIT_MS = 10_000;

export interface SshdOptions {
  /** In 127.0.0.0/8. */
  host?: string;
  /** Whether passwords are accepted; they are checked against the system's accounts. */
  password?: boolean;
}

/** A running (or stopped) server that lets the user who runs the tests in by key. */
export class Sshd {
  private process: ChildProcess | undefined;
  /** Sessions that outlived their service. */
  private orphans: number[] = [];
  private keys = 0;

  private constructor(
    private readonly folder: string,
    /** The address that it listens on. */
    readonly host: string,
    private readonly password: boolean,
    /** The port that it listens on, also after a restart. */
    readonly port: number,
  ) {}

  static async start({ host = "127.0.0.1", password = false }: SshdOptions = {}): Promise<Sshd> {
    if (!existsSync(SSHD)) throw new Error(`${SSHD} is missing: install openssh-server`);
    const sshd = new Sshd(newFolder("server-monitor-sshd-"), host, password, await freePort(host));
    makeKey(sshd.path("host"), "");
    writeFileSync(sshd.path("authorized_keys"), "", { mode: 0o644 });
    await sshd.launch();
    return sshd;
  }

  /** Who can log in by key. */
  get user(): string {
    return userInfo().username;
  }

  /** The fingerprint of the host key, as OpenSSH prints it. */
  get fingerprint(): string {
    const line = execFileSync("ssh-keygen", ["-lf", this.path("host.pub"), "-E", "sha256"], { encoding: "utf8" });
    const fingerprint = line.split(" ")[1];
    if (!fingerprint) throw new Error(`ssh-keygen printed no fingerprint: ${line}`);
    return fingerprint;
  }

  /** A new private key that is accepted from now on, encrypted if `passphrase` is not empty. */
  newKey(passphrase = ""): string {
    this.keys += 1;
    const path = this.path(`client${this.keys}`);
    makeKey(path, passphrase);
    appendFileSync(this.path("authorized_keys"), readFileSync(`${path}.pub`));
    return readFileSync(path, "utf8");
  }

  /** Ends the server and every session, as when the machine is switched off. */
  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    signal(this.orphans, "SIGKILL");
    this.orphans = [];
    if (!child?.pid || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    signal([...descendants(child.pid), child.pid], "SIGKILL");
    await ended;
  }

  /** Stops the service as Debian does: nobody can log in any more, and the sessions live on. */
  async stopService(): Promise<void> {
    const child = this.process;
    if (!child) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.orphans = descendants(child.pid ?? 0);
    child.kill("SIGTERM");
    await ended;
    this.process = undefined;
  }

  /** Makes server and sessions hang: connections are still accepted by the kernel, and nothing is answered. */
  freeze(): void {
    this.signalAll("SIGSTOP");
  }

  /** Lets a frozen server go on. */
  thaw(): void {
    this.signalAll("SIGCONT");
  }

  /** Gives it a new host key, as a machine that was set up anew has, and starts it again. */
  async rotateHostKey(): Promise<void> {
    await this.stop();
    makeKey(this.path("host"), "");
    await this.launch();
  }

  /** Starts it, on the same port with the same keys. */
  async launch(): Promise<void> {
    // Run by root it insists on this folder, which a package that never started has not made.
    if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
    writeFileSync(this.path("config"), this.configuration());
    const log = this.path("log");
    const start = this.log.length;
    const child = spawn(SSHD, ["-D", "-f", this.path("config"), "-E", log], { stdio: "ignore" });
    const deadline = Date.now() + START_LIMIT_MS;
    while (!this.log.slice(start).includes("Server listening on")) {
      if (child.exitCode !== null || Date.now() > deadline) {
        child.kill("SIGKILL");
        throw new Error(`sshd did not start:\n${this.log.slice(start)}`);
      }
      await pause(10);
    }
    this.process = child;
  }

  /** Ends it and deletes its keys. */
  async discard(): Promise<void> {
    this.thaw();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** All that it logged. */
  get log(): string {
    return existsSync(this.path("log")) ? readFileSync(this.path("log"), "utf8") : "";
  }

  private signalAll(name: NodeJS.Signals): void {
    if (this.process?.pid) signal([...descendants(this.process.pid), this.process.pid], name);
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private configuration(): string {
    const lines = [
      `ListenAddress ${this.host}:${this.port}`,
      `HostKey ${this.path("host")}`,
      `AuthorizedKeysFile ${this.path("authorized_keys")}`,
      // What the account's own shell start-up files do is none of these tests' business.
      `SetEnv HOME=${this.folder}`,
      `PasswordAuthentication ${this.password ? "yes" : "no"}`,
      "KbdInteractiveAuthentication no",
      "PidFile none",
      "LogLevel VERBOSE",
      "StrictModes no",
      "UseDNS no",
      "UsePAM no",
      "PrintMotd no",
      "PermitRootLogin yes",
      "MaxStartups 1000",
    ];
    // Failed logins of one test would lock out the next; OpenSSH before 9.8 does not know the word.
    if (knowsPenalties()) lines.push("PerSourcePenalties no");
    return `${lines.join("\n")}\n`;
  }
}

/** A private key that no server accepts. */
export function strangeKey(): string {
  const folder = newFolder("server-monitor-key-");
  try {
    makeKey(join(folder, "key"), "");
    return readFileSync(join(folder, "key"), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeKey(path: string, passphrase: string): void {
  rmSync(path, { force: true });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-C", "end2end", "-N", passphrase, "-f", path], { stdio: "pipe" });
  chmodSync(path, 0o600);
}

function knowsPenalties(): boolean {
  const test = spawnSync(SSHD, ["-t", "-f", "/dev/null", "-o", "PerSourcePenalties=no"], { encoding: "utf8" });
  return !test.stderr.includes("Bad configuration option");
}

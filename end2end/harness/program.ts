// The release program: started on a free port with a data folder of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { newFolder, pause } from "./files";

const START_LIMIT_MS = 20_000;
/** The product promises to stop within five seconds. */
export const STOP_LIMIT_MS = 5_000;

/** A running (or stopped) program. */
export class Program {
  private process: ChildProcess | undefined;
  private output = "";

  private constructor(
    /** Data, key and working folder in one. */
    readonly folder: string,
    private readonly environment: Record<string, string>,
    private port = 0,
  ) {}

  /** Starts a program with nothing in it; `environment` adds `MONITOR_*` settings. */
  static async start(environment: Record<string, string> = {}): Promise<Program> {
    const program = new Program(newFolder("server-monitor-"), { ...environment });
    await program.launch();
    return program;
  }

  /** Where it answers. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The address under another machine's name for it. */
  urlAs(name: string): string {
    return `http://${name}:${this.port}`;
  }

  /** All that it printed and logged, over restarts. */
  get log(): string {
    return this.output;
  }

  /** The one-time set-up code that it printed. */
  get setupCode(): string {
    const code = /set-up code: (\S+)/.exec(this.output)?.[1];
    if (!code) throw new Error(`the program printed no set-up code:\n${this.output}`);
    return code;
  }

  /** Stops it by SIGTERM; returns how long that took, in milliseconds. */
  async stop(): Promise<number> {
    const began = Date.now();
    await this.end("SIGTERM");
    return Date.now() - began;
  }

  /** Ends it at once, as when the machine is switched off. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Makes it hang: connections stay, and nothing is answered. */
  freeze(): void {
    this.process?.kill("SIGSTOP");
  }

  /** Lets a frozen program go on. */
  thaw(): void {
    this.process?.kill("SIGCONT");
  }

  /** Starts it again with the same data on the same port. */
  async launch(): Promise<void> {
    if (this.process) throw new Error("it runs already");
    const start = this.output.length;
    const child = spawn(programFile(), ["--listen", `127.0.0.1:${this.port}`], {
      cwd: this.folder,
      env: { ...inherited(), ...this.settings(), ...this.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    }
    const deadline = Date.now() + START_LIMIT_MS;
    for (;;) {
      const fresh = this.output.slice(start);
      const port = /Server Monitor is at http:\/\/\S+:(\d+)/.exec(fresh)?.[1];
      if (port) {
        this.port = Number(port);
        return;
      }
      if (child.exitCode !== null || Date.now() > deadline) {
        await this.kill();
        throw new Error(`the program did not start:\n${this.output.slice(start)}`);
      }
      await pause(20);
    }
  }

  /** Stops it and starts it again on the same port, with further `MONITOR_*` settings. */
  async restartWith(environment: Record<string, string>): Promise<void> {
    await this.stop();
    Object.assign(this.environment, environment);
    await this.launch();
  }

  /** Ends it and deletes all that it stored. */
  async discard(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private settings(): Record<string, string> {
    return {
      MONITOR_DATA_DIR: join(this.folder, "data"),
      MONITOR_MASTER_KEY_FILE: join(this.folder, "master.key"),
    };
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS * 2);
    await ended;
    clearTimeout(limit);
  }
}

/** The environment without settings that somebody made for a program of their own. */
function inherited(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MONITOR_")));
}

/** Where built programs of the workspace lie. */
export function builtFile(name: string, profile: "release" | "debug" = "release"): string {
  return join(targetFolder(), profile, name);
}

function targetFolder(): string {
  const root = resolve(__dirname, "../..");
  return resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
}

function programFile(): string {
  const file = process.env.SERVER_MONITOR ?? builtFile("server-monitor");
  if (!existsSync(file)) throw new Error(`${file} is missing: run script/build first`);
  return file;
}

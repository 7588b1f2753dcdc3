// A thousand servers at once: the fleet simulator of `bench/`, and adding all of it to a program.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Api } from "./api";
import { newFolder, pause } from "./files";
import { builtFile } from "./program";

const PASSWORD = "played by the simulator";
const START_LIMIT_MS = 20_000;
/** How many are added at once. */
const ADDERS = 8;

/** A running simulator. */
export class Fleet {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly port: number,
    /** Address and host key of each. */
    private readonly servers: { host: string; fingerprint: string }[],
  ) {}

  static async start(count: number): Promise<Fleet> {
    const folder = newFolder("server-monitor-fleet-");
    const keys = join(folder, "host-keys");
    const args = ["--servers", String(count), "--port", "0", "--password", PASSWORD, "--host-keys", keys, "--stdin"];
    const child = spawn(simulatorFile(), args, { stdio: ["pipe", "pipe", "inherit"] });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    for (const deadline = Date.now() + START_LIMIT_MS; ; await pause(20)) {
      const port = /^port (\d+)/m.exec(said)?.[1];
      if (port) {
        const lines = readFileSync(keys, "utf8").trim().split("\n");
        const servers = lines.map((line) => line.split(" ")).map(([host = "", fingerprint = ""]) => ({ host, fingerprint }));
        return new Fleet(child, folder, Number(port), servers);
      }
      if (child.exitCode !== null || Date.now() > deadline) {
        child.kill("SIGKILL");
        throw new Error(`the simulator did not start: ${said}`);
      }
    }
  }

  /** Adds all servers, named `web-1.paris` and so on, in groups by place. */
  async addTo(api: Api, { interval_secs = 15 } = {}): Promise<void> {
    const places = ["paris", "oslo", "tokyo", "austin", "nairobi"];
    const roles = ["web", "db", "cache", "queue", "build"];
    const groups: number[] = [];
    for (const place of places) groups.push(await api.addGroup(place[0]?.toUpperCase() + place.slice(1)));
    const tags = [await api.addTag("production", "#0d9488"), await api.addTag("staging", "#ca8a04")];
    const waiting = this.servers.map((server, index) => ({ ...server, index }));
    const add = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { host, fingerprint, index } = next;
        const place = index % places.length;
        await api.addServer({
          name: `${roles[Math.floor(index / places.length) % roles.length]}-${Math.floor(index / 25) + 1}.${places[place]}`,
          host,
          port: this.port,
          username: "monitor",
          password: PASSWORD,
          host_key_fingerprint: fingerprint,
          group_id: groups[place],
          tag_ids: [tags[index % 7 === 0 ? 1 : 0] ?? 0],
          interval_secs,
        });
      }
    };
    await Promise.all(Array.from({ length: ADDERS }, add));
  }

  /** Lets some servers, counted from 1, be in trouble: `die`, `hang`, `refuse` and so on. */
  tell(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  async discard(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    const limit = setTimeout(() => this.process.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(limit);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The optimised one if there is one, else the one that was built with the tests. */
function simulatorFile(): string {
  const files = [builtFile("fleet-simulator"), builtFile("fleet-simulator", "debug")];
  const file = files.find((file) => existsSync(file));
  if (!file) throw new Error(`${files[0]} is missing: run cargo build --release -p bench --bin fleet-simulator`);
  return file;
}

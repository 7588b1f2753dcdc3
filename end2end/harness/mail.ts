// A real mail server (aiosmtpd) that parses what it takes, and remembers it; the one that the tests of the API use.

import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = resolve(__dirname, "../../server/tests/api/mail_server.py");
const START_LIMIT_MS = 20_000;

export interface Mail {
  from: string;
  to: string[];
  /** By their names in lower case. */
  headers: Record<string, string>;
  /** By their types. */
  parts: Record<string, string>;
}

export class MailServer {
  readonly mails: Mail[] = [];
  /** The port of 127.0.0.1 that it listens on. */
  port = 0;

  private constructor(private readonly process: ChildProcess) {}

  static async start(): Promise<MailServer> {
    // The system's own, whatever else comes first in the path: the package is for that one.
    const child = spawn("/usr/bin/python3", [PROGRAM], { stdio: ["pipe", "pipe", "inherit"] });
    const server = new MailServer(child);
    const lines = createInterface({ input: child.stdout });
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error("the mail server does not start")), START_LIMIT_MS);
      child.once("exit", () => reject(new Error("the mail server ended: install python3-aiosmtpd")));
      lines.once("line", (line) => {
        clearTimeout(limit);
        server.port = (JSON.parse(line) as { port: number }).port;
        lines.on("line", (mail) => server.mails.push(JSON.parse(mail) as Mail));
        resolve();
      });
    });
    return server;
  }

  /** The mails whose subject begins so. */
  about(subject: string): Mail[] {
    return this.mails.filter((mail) => mail.headers.subject?.startsWith(subject));
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.stdin?.end();
    await ended;
  }
}

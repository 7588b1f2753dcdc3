// Ending a process with all that came from it, by number.

import { readdirSync, readFileSync } from "node:fs";

/** The number of every process that came from `root`, without `root` itself. */
export function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined;
    if (parent !== undefined) parents.set(pid, parent);
  }
  const found = [root];
  for (const current of found) {
    for (const [pid, parent] of parents) {
      if (parent === current && !found.includes(pid)) found.push(pid);
    }
  }
  return found.slice(1);
}

/** The second field after the command's closing parenthesis (proc(5)). */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

/** Sends a signal; those that have ended by themselves do not matter. */
export function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended.
    }
  }
}

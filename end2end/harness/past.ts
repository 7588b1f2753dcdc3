// A past for the servers of a program: days of the recorded trace, written while it does not run.

import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import type { Program } from "./program";

/** What is in the past that a program is given. */
export interface Past {
  days?: number;
  /** Seconds between two samples. */
  step?: number;
  /** Further servers, for which nobody answers. */
  add?: number;
}

/** The servers were away from three hours to two hours before the end. */
export const AWAY_HOURS = { from: 3, to: 2 };
/** The processor was at 99 % once, so many minutes before the end. */
export const SPIKE_MINUTES = 90;

/** Stops the program, gives all its servers a past that ends now, and starts it again. */
export async function givePast(program: Program, past: Past = {}): Promise<void> {
  await program.stop();
  const { days = 2, step = 30, add = 0 } = past;
  const database = join(program.folder, "data", "servers.db");
  execFileSync(seeder(), [database, "--days", String(days), "--step", String(step), "--add", String(add)]);
  await program.launch();
}

function seeder(): string {
  return resolve(process.env.SEED_HISTORY ?? join(__dirname, "../../target/release/seed-history"));
}

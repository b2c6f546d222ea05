/**
 * Progress on standard error: one line a step, with how long it takes and how long it took last time. On a terminal the
 * running step counts its seconds; elsewhere a line is printed when a step begins and when it ends.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir } from "./paths";

const timesFile = () => join(cacheDir(), "times.json");

function times(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(timesFile(), "utf8"));
  } catch {
    return {};
  }
}

export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function say(line = ""): void {
  process.stderr.write(`${line}\n`);
}

/** Runs one step under a title. `key` is what its time is remembered by; leave it out for steps not worth remembering. */
export async function step<T>(title: string, work: () => Promise<T> | T, key?: string): Promise<T> {
  const last = key ? times()[key] : undefined;
  const hint = last !== undefined && last >= 3 ? `  (last time ${formatSeconds(last)})` : "";
  const begin = Date.now();
  const elapsed = () => (Date.now() - begin) / 1000;
  const tty = Boolean(process.stderr.isTTY);
  const label = title.padEnd(44);
  let ticker: NodeJS.Timeout | undefined;
  if (tty) {
    const draw = () => process.stderr.write(`\r  ${label} ${Math.round(elapsed())} s${hint}\x1b[K`);
    draw();
    ticker = setInterval(draw, 1000);
  } else if (hint || key) {
    say(`  ${label} ...${hint}`);
  }
  try {
    const value = await work();
    if (tty) process.stderr.write("\r\x1b[K");
    say(`  ${label} ${formatSeconds(elapsed())}`);
    if (key) {
      mkdirSync(dirname(timesFile()), { recursive: true });
      writeFileSync(timesFile(), JSON.stringify({ ...times(), [key]: Math.round(elapsed() * 10) / 10 }, null, 1));
    }
    return value;
  } catch (error) {
    if (tty) process.stderr.write("\r\x1b[K");
    say(`  ${label} FAILED after ${formatSeconds(elapsed())}`);
    throw error;
  } finally {
    if (ticker) clearInterval(ticker);
  }
}

/**
 * Progress on standard error: one line a step, with how long it takes and how long it took last time. On a terminal the
 * running steps count their seconds; elsewhere a line is printed when a step begins and when it ends.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir } from "./paths";

const timesFile = () => join(cacheDir(), "times.json");

function times(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(timesFile(), "utf8")) as Record<string, number>;
  } catch {
    return {};
  }
}

export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** The steps under way, in the order in which they began; the value is what a terminal shows of each. */
const running = new Map<symbol, () => string>();
const onTerminal = () => Boolean(process.stderr.isTTY);
let ticker: NodeJS.Timeout | undefined;

/** On a terminal all running steps share the last line. */
function draw(): void {
  if (!onTerminal()) return;
  const line = [...running.values()].map((shown) => shown()).join(" · ");
  process.stderr.write(`\r  ${line.slice(0, (process.stderr.columns ?? 80) - 3)}\x1b[K`);
}

/** Prints a line, above that of the running steps. */
export function say(line = ""): void {
  const above = onTerminal() && running.size > 0;
  process.stderr.write(`${above ? "\r\x1b[K" : ""}${line}\n`);
  if (above) draw();
}

function begin(shown: () => string): () => void {
  const id = Symbol();
  running.set(id, shown);
  if (onTerminal()) ticker ??= setInterval(draw, 1000);
  draw();
  return () => {
    running.delete(id);
    if (running.size > 0) return draw();
    if (onTerminal()) process.stderr.write("\r\x1b[K");
    clearInterval(ticker);
    ticker = undefined;
  };
}

/**
 * Runs one step under a title; steps may run side by side. `key` is what its time is remembered by; leave it out for steps not
 * worth remembering.
 */
export async function step<T>(title: string, work: () => Promise<T> | T, key?: string): Promise<T> {
  const last = key ? times()[key] : undefined;
  const hint = last !== undefined && last >= 3 ? `  (last time ${formatSeconds(last)})` : "";
  const started = Date.now();
  const elapsed = () => (Date.now() - started) / 1000;
  const label = title.padEnd(44);
  if (!onTerminal() && (hint || key)) say(`  ${label} ...${hint}`);
  const end = begin(() => `${title} ${Math.round(elapsed())} s${hint}`);
  try {
    const value = await work();
    say(`  ${label} ${formatSeconds(elapsed())}`);
    if (key) remember(key, elapsed());
    return value;
  } catch (error) {
    say(`  ${label} FAILED after ${formatSeconds(elapsed())}`);
    throw error;
  } finally {
    end();
  }
}

function remember(key: string, seconds: number): void {
  mkdirSync(dirname(timesFile()), { recursive: true });
  writeFileSync(timesFile(), JSON.stringify({ ...times(), [key]: Math.round(seconds * 10) / 10 }, null, 1));
}

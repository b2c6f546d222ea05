/** Taking times: each figure with its goal and with what it is held against. */

export interface Measurement {
  name: string;
  /** Seconds of every run, in the order they were taken. */
  runs: number[];
  median: number;
  /** What the project promises itself; the figure should not be above it. */
  goal: number;
  /** The same work done in another way, measured in the same run. */
  against?: { name: string; median: number };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Seconds that one run of the work takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return hundredths((performance.now() - begin) / 1000);
}

export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Runs the work `times` times and notes the seconds of each. */
export async function measure(name: string, work: () => unknown, options: { times: number; goal: number }): Promise<Measurement> {
  const runs: number[] = [];
  for (let count = 0; count < options.times; count++) runs.push(await seconds(work));
  return { name, runs, median: median(runs), goal: options.goal };
}

export function renderMeasurements(list: readonly Measurement[]): string {
  const width = Math.max(...list.map(({ name }) => name.length));
  return list
    .map(({ name, median: value, goal, against, runs }) => {
      const verdict = value <= goal ? `goal ${goal} s` : `ABOVE its goal of ${goal} s`;
      const held = against ? `, against ${against.median.toFixed(2)} s of ${against.name}` : "";
      return `${name.padEnd(width)} ${value.toFixed(value < 0.1 ? 3 : 2).padStart(7)} s  ${verdict}${held}  (${runs.length} runs, ${Math.min(...runs)} to ${Math.max(...runs)} s)\n`;
    })
    .join("");
}

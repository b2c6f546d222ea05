/** Taking times: each figure with its goal and with what it is held against. */

export interface Measurement {
  name: string;
  unit: "s" | "ms";
  /** Every run's figure, in the order they were taken. */
  runs: number[];
  median: number;
  /** What the project promises itself; the figure should not be above it. */
  goal?: number;
  /** The same work done in another way, measured in the same run. */
  against?: { name: string; median: number };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs the work `times` times and notes the seconds (or milliseconds) of each. */
export async function measure(name: string, work: () => Promise<unknown> | unknown, options: { times: number; unit?: "s" | "ms"; goal?: number }): Promise<Measurement> {
  const unit = options.unit ?? "s";
  const runs: number[] = [];
  for (let count = 0; count < options.times; count++) {
    const begin = performance.now();
    await work();
    const milliseconds = performance.now() - begin;
    runs.push(Math.round((unit === "s" ? milliseconds / 1000 : milliseconds) * 100) / 100);
  }
  return { name, unit, runs, median: median(runs), goal: options.goal };
}

export function renderMeasurements(list: readonly Measurement[]): string {
  const width = Math.max(...list.map(({ name }) => name.length));
  return list
    .map(({ name, unit, median: value, goal, against, runs }) => {
      const verdict = goal === undefined ? "" : value <= goal ? `goal ${goal} ${unit}` : `ABOVE its goal of ${goal} ${unit}`;
      const held = against ? `  against ${against.name}: ${against.median.toFixed(2)} ${unit}` : "";
      return `${name.padEnd(width)} ${value.toFixed(2).padStart(8)} ${unit.padEnd(2)}  ${verdict}${held}  (${runs.length} runs: ${Math.min(...runs)} to ${Math.max(...runs)})\n`;
    })
    .join("");
}

import { LARGEST, parseQuantity, UNIT } from "../../kubernetes/quantity";

/* Amounts that a person writes: what is wrong with them, and what was probably meant. */

const MEBI = 2n ** 20n * UNIT;
/** More than a single machine has; a bare 100 instead of 100m is well below, a 100Mi in the place of a CPU above. */
const MOST_CORES = 1024n * UNIT;

/** What is wrong with any quantity, or undefined. */
function quantityProblem(value: bigint | undefined): string | undefined {
  if (value === undefined) return "is not a Kubernetes quantity";
  if (value === 0n) return "is zero";
  if (value < 0n) return "is less than zero";
  return value >= LARGEST ? "is more than Kubernetes can count" : undefined;
}

/** What is wrong with a quantity of bytes (memory, storage), or undefined. */
export function bytesProblem(text: string): string | undefined {
  const value = parseQuantity(text);
  if (value !== undefined && text.endsWith("m")) return "counts in thousandths of a byte: the suffix m is for CPU";
  const small = "is less than 1Mi, so a suffix such as Mi or Gi is probably missing";
  return quantityProblem(value) ?? (value! < MEBI ? small : undefined);
}

/** What is wrong with an amount of CPU, or undefined. */
export function cpuProblem(text: string): string | undefined {
  const value = parseQuantity(text);
  const problem = quantityProblem(value);
  if (problem !== undefined) return problem;
  if (value! % (UNIT / 1000n) !== 0n) return "is finer than 1m, which Kubernetes refuses";
  return value! > MOST_CORES ? "is more than 1024 cores" : undefined;
}

/** The same amount as Kubernetes writes it, where the intent is clear: `30GB` → `30G`, `512 mib` → `512Mi`, `256m` → `256Mi`. */
export function repairBytes(text: string): string | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgtp])?(i)?(b|bytes?)?\s*$/i.exec(text);
  if (!match) return undefined;
  const [, number, unit, binary] = match;
  if (!unit) return undefined;
  const upper = unit.toLowerCase() === "k" && !binary ? "k" : unit.toUpperCase();
  const repaired = text === `${number}m` ? `${number}Mi` : `${number}${upper}${binary ? "i" : ""}`;
  return repaired !== text && bytesProblem(repaired) === undefined ? repaired : undefined;
}

/** `0.25 cores` → `250m`, `100 m` → `100m`, `100Mi` → `100m`. */
export function repairCpu(text: string): string | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(m|mi|millicores?|cores?|cpus?|vcpus?)?\s*$/i.exec(text);
  if (!match) return undefined;
  const [, number = "", unit = ""] = match;
  const repaired = /^m/i.test(unit) ? `${number}m` : number;
  return repaired !== text && cpuProblem(repaired) === undefined ? repaired : undefined;
}

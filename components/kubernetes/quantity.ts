/*
 * Kubernetes quantities, the part of them that a person writes.
 * Rule: k8s.io/apimachinery/pkg/api/resource, `<number><suffix>` with binary (Ki), decimal (k) or exponent (e3) suffixes.
 */

const SUFFIXES: Record<string, { factor: bigint; divisor?: bigint }> = {
  n: { factor: 1n, divisor: 10n ** 9n },
  u: { factor: 1n, divisor: 10n ** 6n },
  m: { factor: 1n, divisor: 10n ** 3n },
  "": { factor: 1n },
  k: { factor: 10n ** 3n },
  M: { factor: 10n ** 6n },
  G: { factor: 10n ** 9n },
  T: { factor: 10n ** 12n },
  P: { factor: 10n ** 15n },
  E: { factor: 10n ** 18n },
  Ki: { factor: 2n ** 10n },
  Mi: { factor: 2n ** 20n },
  Gi: { factor: 2n ** 30n },
  Ti: { factor: 2n ** 40n },
  Pi: { factor: 2n ** 50n },
  Ei: { factor: 2n ** 60n },
};

const NANO = 10n ** 9n;
export const MEBI = 2n ** 20n * NANO;
const LARGEST = 2n ** 63n * NANO;
/** More than a single machine has; a bare 100 instead of 100m is well below, a 100Mi in the place of a CPU above. */
const MOST_CORES = 1024n * NANO;

/** The quantity in billionths of its unit (bytes, cores), or undefined if it is none or does not fit 63 bits. */
export function parseQuantity(text: string): bigint | undefined {
  const match = /^(\d{1,20})(?:\.(\d{1,9}))?(?:[eE]([+-]?\d{1,2})|([a-zA-Z]{0,2}))$/.exec(text);
  if (!match) return undefined;
  const [, whole, fraction = "", exponent, suffix = ""] = match;
  const scale = exponent === undefined ? scaleOfSuffix(suffix) : scaleOfExponent(Number(exponent));
  if (!scale) return undefined;
  const digits = BigInt(whole + fraction) * scale.factor * NANO;
  const value = digits / ((scale.divisor ?? 1n) * 10n ** BigInt(fraction.length));
  return value > LARGEST ? undefined : value;
}

function scaleOfSuffix(suffix: string) {
  return Object.hasOwn(SUFFIXES, suffix) ? SUFFIXES[suffix] : undefined;
}

function scaleOfExponent(exponent: number) {
  const power = 10n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? { factor: 1n, divisor: power } : { factor: power };
}

/** What is wrong with a quantity of bytes (memory, storage), or undefined. */
export function bytesProblem(text: string): string | undefined {
  const value = parseQuantity(text);
  if (value === undefined) return "is not a Kubernetes quantity";
  if (text.endsWith("m")) return "counts in thousandths of a byte: the suffix m is for CPU";
  if (value === 0n) return "is zero";
  if (value < MEBI) return "is less than 1Mi, so a suffix such as Mi or Gi is probably missing";
  return undefined;
}

/** What is wrong with an amount of CPU, or undefined. */
export function cpuProblem(text: string): string | undefined {
  const value = parseQuantity(text);
  if (value === undefined) return "is not a Kubernetes quantity";
  if (value === 0n) return "is zero";
  if (value % (NANO / 1000n) !== 0n) return "is finer than 1m, which Kubernetes refuses";
  if (value > MOST_CORES) return "is more than 1024 cores";
  return undefined;
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
  const [, number, unit = ""] = match;
  const repaired = /^m/i.test(unit) ? `${number}m` : number;
  return repaired !== text && cpuProblem(repaired) === undefined ? repaired : undefined;
}

/*
 * Kubernetes quantities. Grammar and bounds: k8s.io/apimachinery pkg/api/resource/quantity.go, `<signed number><suffix>` with
 * binary (Ki), decimal (k) or exponent (e3) suffixes; what is finer than a billionth is rounded up, away from zero, and binary ones
 * end at 63 bits. Left out: a suffix or a sign alone, which that code takes for zero, and exponents of three digits.
 */

/** As powers: [base, exponent]. */
const SUFFIXES: Record<string, readonly [bigint, number]> = {
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  "": [10n, 0],
  k: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
};

const QUANTITY = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;

/** Longer texts are no quantities, and would cost time to compute with. */
const LONGEST = 64;

/** A whole unit: a byte, a core. */
export const UNIT = 10n ** 9n;
export const LARGEST = (2n ** 63n - 1n) * UNIT;

/** A quantity in billionths of its unit (bytes, cores); undefined if it is none. */
export function parseQuantity(text: string): bigint | undefined {
  const match = text.length > LONGEST ? null : QUANTITY.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", decimals = "", decimalsAlone, exponent, suffix = ""] = match;
  const fraction = decimalsAlone ?? decimals;
  const [base, power] = exponent === undefined ? SUFFIXES[suffix]! : ([10n, Number(exponent)] as const);
  const digits = BigInt(whole + fraction) * UNIT * (power > 0 ? base ** BigInt(power) : 1n);
  const divisor = 10n ** BigInt(fraction.length) * (power < 0 ? base ** BigInt(-power) : 1n);
  const value = (digits + divisor - 1n) / divisor;
  const bounded = base === 2n && value > LARGEST ? LARGEST : value;
  return sign === "-" ? -bounded : bounded;
}

/** The same as a number of cores or bytes. A YAML number is taken as it is. */
export function quantity(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  const parsed = typeof value === "string" ? parseQuantity(value) : undefined;
  if (parsed === undefined) return undefined;
  // Whole units have an exact form as long as they are below 2^53; the detour over billionths would round them.
  return parsed % UNIT === 0n ? Number(parsed / UNIT) : Number(parsed) / Number(UNIT);
}

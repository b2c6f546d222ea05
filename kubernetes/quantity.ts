const FACTOR: Record<string, number> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Divided by, not multiplied with: 700m is 0.7, and 0.001 has no exact form. */
const DIVISOR: Record<string, number> = { n: 1e9, u: 1e6, m: 1e3 };

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * A Kubernetes quantity as a number of cores or bytes; undefined if it is none.
 * Grammar: apimachinery pkg/api/resource/quantity.go.
 */
export function quantity(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.length > 64) return undefined;
  const match = QUANTITY.exec(value);
  if (!match) return undefined;
  const [, digits, exponent, unit = ""] = match;
  const number = exponent
    ? Number(digits + exponent)
    : unit in DIVISOR
      ? Number(digits) / DIVISOR[unit]
      : Number(digits) * FACTOR[unit];
  return Number.isFinite(number) ? number : undefined;
}

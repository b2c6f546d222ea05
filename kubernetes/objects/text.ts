/**
 * A name from an object, fit to be printed: quoted, without control characters (which could drive a terminal) and cut
 * at 80 characters. Never for values that may be secret.
 */
export function show(value: string | undefined): string {
  return `"${clean(value ?? "")}"`;
}

export function clean(value: string, longest = 80): string {
  const cut = value.length > longest ? `${value.slice(0, longest - 3)}...` : value;
  return cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "?");
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

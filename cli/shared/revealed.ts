/** Stands for what is encrypted in a stack file: long enough for a password. */
const UNREADABLE = "encrypted-in-the-stack-file";

/** A value of a stack file with something readable in the place of each encrypted part, for what does not depend on it. */
export function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return UNREADABLE;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}

/** Paths of a chart's values that are null, as `server.probe`; those within lists stay null on every way, and are left out. */
export function nullPaths(values: unknown, path: string[] = []): string[] {
  if (values === null) return [path.join(".")];
  if (typeof values !== "object" || Array.isArray(values)) return [];
  return Object.entries(values).flatMap(([key, value]) => nullPaths(value, [...path, key]));
}

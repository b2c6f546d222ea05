import type { Path } from "./finding";

export interface Named {
  path: Path;
  name: string | undefined;
}

/** Every entry whose name an earlier one has, with the path of that one. */
export function repeated(entries: Named[]): { path: Path; first: Path }[] {
  const seen = new Map<string, Path>();
  return entries.flatMap(({ path, name }) => {
    if (name === undefined) return [];
    const first = seen.get(name);
    if (first) return [{ path, first }];
    seen.set(name, path);
    return [];
  });
}

/** `registry.users[0].name` */
export const keyOf = (path: Path) =>
  path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .slice(1);

import { nameOf, type KubeObject } from "../adapt/objects";

/* What a chart makes up anew each time it is rendered. Pure. */

export interface Changing {
  /** `Secret web` */
  object: string;
  /** `data.token` */
  path: string;
}

/** Where two renderings of one chart with one set of values differ, Secrets first. */
export function changingValues(first: KubeObject[], second: KubeObject[]): Changing[] {
  const key = (object: KubeObject) => `${object.apiVersion} ${nameOf(object)} ${object.metadata.namespace ?? ""}`;
  const again = new Map(second.map((object) => [key(object), object]));
  const found = first.flatMap((object) => {
    const other = again.get(key(object));
    const paths = other === undefined ? ["metadata.name"] : differences(object, other);
    return paths.map((path) => ({ object: nameOf(object), path }));
  });
  const isSecret = ({ object }: Changing) => object.startsWith("Secret ");
  return [...found.filter(isSecret), ...found.filter((one) => !isSecret(one))];
}

function differences(one: unknown, other: unknown, path = ""): string[] {
  if (one === other) return [];
  if (!isContainer(one) || !isContainer(other)) return [path];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], path === "" ? key : `${path}.${key}`));
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * Keys of a chart's values that a changing key of a Secret may come from: those of the same name (`postgres-password` is
 * `auth.postgresPassword`), and where there are none those that take a Secret by name.
 */
export function keysToSet(changing: Changing[], values: unknown): string[] {
  const keys = changing.flatMap(({ object, path }) =>
    object.startsWith("Secret ") ? [plain(path.split(".").slice(1).join("."))] : [],
  );
  const leaves = leavesOf(values);
  const named = leaves.filter((leaf) => keys.includes(plain(leaf.split(".").at(-1)!)));
  const found = named.length > 0 ? named : leaves.filter((leaf) => /existing.*secret/i.test(leaf.split(".").at(-1)!));
  return [...new Set(found)].slice(0, 8);
}

const plain = (key: string) => key.toLowerCase().replace(/[^a-z0-9]/g, "");

function leavesOf(value: unknown, path: string[] = []): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return path.length === 0 ? [] : [path.join(".")];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

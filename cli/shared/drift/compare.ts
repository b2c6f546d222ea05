/**
 * What was changed in the cluster past Pulumi: each field that a stack declares, as the last deployment left it, beside what it
 * is now. Both come from the API server, so a quantity or a default that it writes in another way is no difference.
 */

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; deletionTimestamp?: string; managedFields?: ManagedFields[] };
  [field: string]: unknown;
}

/** An entry of `metadata.managedFields`: who set which fields last, and when. */
export interface ManagedFields {
  manager: string;
  /** The API version in which the fields are named. */
  apiVersion?: string;
  subresource?: string;
  time?: string;
  fieldsV1?: object;
}

/** An object of a stack: what the program declares, and what the cluster had after the last deployment. */
export interface Deployed {
  urn: string;
  declared: KubernetesObject;
  left: KubernetesObject;
}

export interface Drift {
  kind: string;
  /** `namespace/name`, or the name alone. */
  object: string;
  /** The changed field, as in `spec.replicas`; absent where the whole object is gone. */
  field?: string;
  /** The stack's own deployment set it, and did not come to record it. */
  unrecorded?: true;
  /** Its values as the stack left it and as it is now; absent where they are secret. */
  left?: unknown;
  now?: unknown;
  /** The field manager that set it, and when (RFC 3339); absent where the cluster does not tell. */
  by?: string;
  at?: string;
}

/** Stands for a value that is encrypted and that nobody can read here: it is like any other. */
export const UNREADABLE = Symbol("encrypted");

export type Path = readonly (string | number)[];
type Fields = Record<string, unknown>;

export const isMap = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
export const isMaps = (value: unknown): value is Fields[] => Array.isArray(value) && value.length > 0 && value.every(isMap);

/** What tells the items of a list apart, of what they declare (the list-map keys of the API), one after the other. */
const ITEM_KEYS = ["name", "containerPort", "port", "mountPath", "devicePath", "ip", "type", "uid", "key", "protocol"];

/**
 * The item of another list that is this item, one of `siblings`: by their keys where they have some, else by their place. One key is often not enough:
 * a volume may be mounted twice, and a port be one of TCP and one of UDP.
 */
export function counterpart(item: Fields, index: number, siblings: readonly Fields[], among: unknown): Fields | undefined {
  if (!Array.isArray(among)) return undefined;
  const keys = ITEM_KEYS.filter((name) => item[name] !== undefined);
  if (keys.length === 0) return among[index] as Fields | undefined;
  const agrees = (other: Fields, key: string) => other[key] === item[key] || (key === "protocol" && other[key] === undefined);
  let [same, kin] = [among.filter(isMap), [...siblings]];
  for (const key of keys) {
    [same, kin] = [same, kin].map((list) => list.filter((other) => agrees(other, key))) as [Fields[], Fields[]];
    if (same.length <= 1 && kin.length <= 1) break;
  }
  return same[0];
}

interface Difference {
  path: Path;
  left: unknown;
  now: unknown;
}

function differences(declared: unknown, left: unknown, now: unknown, path: Path = []): Difference[] {
  // What the server did not keep of a declaration (nulls, defaults of an older version) cannot be compared.
  if (declared === null || declared === undefined || left === undefined || left === null) return [];
  if (declared === UNREADABLE || left === UNREADABLE) return [];
  if (isMap(declared) && isMap(left) && isMap(now)) {
    return Object.entries(declared).flatMap(([key, value]) => differences(value, left[key], now[key], [...path, key]));
  }
  if (isMaps(declared) && Array.isArray(left) && Array.isArray(now)) {
    return declared.flatMap((item, index) =>
      differences(item, counterpart(item, index, declared, left), counterpart(item, index, declared, now), [
        ...path,
        labelOf(item, index, declared),
      ]),
    );
  }
  return equal(left, now) ? [] : [{ path, left, now }];
}

/** How an item of a list is called in a path: by its name where no other has it, else by its place. */
export function labelOf(item: Fields, index: number, list: readonly Fields[]): string | number {
  const { name } = item;
  return typeof name === "string" && list.filter((other) => other.name === name).length <= 1 ? name : index;
}

function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => equal(item, other[index]));
  }
  if (!isMap(one) || !isMap(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => equal(one[key], other[key]));
}

export const shownPath = (path: Path) =>
  path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${part}`)).join("");

/** A Secret's texts are kept by the server under `data`. */
export function asKept(declared: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = declared;
  if (declared.kind !== "Secret") return declared;
  if (stringData === UNREADABLE) return { ...rest, data: UNREADABLE };
  if (!isMap(stringData) || rest.data === UNREADABLE) return declared;
  return { ...rest, data: { ...(rest.data as object | undefined), ...(stringData as object) } };
}

/** Fields that Pulumi's plugin writes for itself, and that other programs write as their work. */
const NOT_BY_HAND = new Set(["kube-controller-manager", "kube-scheduler", "kubelet"]);

/** Who set a field last. The lists' items stand in `fieldsV1` under their keys (`k:{"name":"main"}`). */
function setter(path: Path, now: KubernetesObject): ManagedFields | undefined {
  const owns = (fields: unknown, [head, ...rest]: Path): boolean => {
    if (head === undefined) return true;
    if (!isMap(fields)) return false;
    const own = fields[`f:${head}`];
    if (own !== undefined) return isMap(own) && Object.keys(own).length === 0 ? true : owns(own, rest);
    return Object.entries(fields).some(
      ([key, inner]) =>
        key.startsWith("k:") && (typeof head === "number" || key.includes(`"name":${JSON.stringify(head)}`)) && owns(inner, rest),
    );
  };
  const entries = (now.metadata.managedFields ?? []).filter(({ fieldsV1 }) => owns(fieldsV1, path));
  return entries.sort((a, b) => (b.time ?? "").localeCompare(a.time ?? ""))[0];
}

/**
 * What was changed past Pulumi, object by object. @param now the objects as they are now, in the order of `deployed`; undefined
 * where the cluster has none
 */
export function compare(deployed: readonly Deployed[], now: readonly (KubernetesObject | undefined)[]): Drift[] {
  return deployed.flatMap(({ declared, left }, index): Drift[] => {
    const { namespace, name } = declared.metadata;
    const about = { kind: declared.kind, object: namespace ? `${namespace}/${name}` : name };
    const live = now[index];
    if (live === undefined) return [about];
    return differences(asKept(declared), left, live).flatMap((difference): Drift[] => {
      const by = setter(difference.path, live);
      if (by && NOT_BY_HAND.has(by.manager)) return [];
      const values = declared.kind === "Secret" ? {} : { left: difference.left, now: difference.now };
      return [{ ...about, field: shownPath(difference.path), ...values, ...(by && { by: by.manager, at: by.time }) }];
    });
  });
}

const shown = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));

/** Values that say more than that something was changed: not whole files. */
const isShort = (...values: unknown[]) => values.every((value) => shown(value).length <= 80);

/** What a drift is, without its object. */
export function change({ field, unrecorded, left, now, by, at }: Drift): string {
  if (field === undefined) return "is gone";
  if (unrecorded) return `${field} was set by a deployment that was interrupted`;
  const untold = left === undefined && now === undefined;
  const values = untold || !isShort(left, now) ? "was changed" : `is ${shown(now)} instead of ${shown(left)}`;
  return `${field} ${values}${by ? ` (by ${by}${at ? `, ${at}` : ""})` : ""}`;
}

/** A drift as a sentence without its end. */
export function sentence(drift: Drift): string {
  return `${drift.kind} ${drift.object}${drift.field === undefined ? "" : ":"} ${change(drift)}`;
}

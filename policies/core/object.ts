import { Field } from "../../kubernetes/objects/field";
import { clean } from "../../kubernetes/objects/text";
import { unknownPath } from "../../kubernetes/objects/unknown";
import { PodView, podOf } from "../../kubernetes/objects/workload";

/** What an object is, wherever it came from. */
export interface Identity {
  apiVersion: string;
  kind: string;
  /** A Patch resource: holds only the fields that it changes. */
  patch?: boolean;
  /** A release of helm whose objects are registered one by one beside it. */
  inSight?: boolean;
}

/** Pulumi's provider marks objects so whose names it made up. */
const AUTONAMED = "pulumi.com/autonamed";

/** A Kubernetes object as rules see it: the same for a Pulumi resource and a manifest on disk. */
export class ObjectView {
  readonly group: string;
  readonly version: string;
  /** `group/Kind` with the groups of old API versions mapped to today's; the key by which rules match. */
  readonly type: string;
  private podView: PodView | null | undefined;

  constructor(
    readonly identity: Identity,
    /** The root of the object, for reading. */
    readonly root: Field,
    /** The logical name of a Pulumi resource, under which the object goes when it has none itself. */
    readonly logicalName = "",
  ) {
    const slash = identity.apiVersion.indexOf("/");
    this.group = normalGroup(slash < 0 ? "" : identity.apiVersion.slice(0, slash), identity.kind);
    this.version = identity.apiVersion.slice(slash + 1);
    this.type = `${this.group}/${identity.kind}`;
  }

  get kind(): string {
    return this.identity.kind;
  }

  get patch(): boolean {
    return this.identity.patch === true;
  }

  get spec(): Field {
    return this.root.at("spec");
  }

  get name(): string {
    const metadata = known(this.root, "metadata");
    const name = readText(metadata, "name");
    if (name) return name;
    const prefix = readText(metadata, "generateName");
    return prefix ? `${prefix}*` : this.logicalName;
  }

  /** The name under which people know it: one that Pulumi made up is another at every preview. */
  get lastingName(): string {
    const madeUp = this.logicalName !== "" && readText(known(known(this.root, "metadata"), "annotations"), AUTONAMED) === "true";
    return madeUp ? this.logicalName : this.name;
  }

  /** As written; empty where the object names none. */
  get namespace(): string {
    return readText(known(this.root, "metadata"), "namespace") ?? "";
  }

  /** Whether its name or its namespace is not known yet: nobody can tell then what refers to it. */
  get unplaced(): boolean {
    try {
      const metadata = this.root.at("metadata");
      return metadata.at("name").unknown || metadata.at("namespace").unknown;
    } catch (error) {
      if (unknownPath(error) === undefined) throw error;
      return true;
    }
  }

  /** As `namespace`, for matching objects with each other. @throws UnknownValue */
  get knownNamespace(): string {
    return this.root.at("metadata", "namespace").text() ?? "";
  }

  get labels(): Field {
    return this.root.at("metadata", "labels");
  }

  get annotations(): Field {
    return this.root.at("metadata", "annotations");
  }

  /** The pods this object makes; undefined for what makes none. */
  get pod(): PodView | undefined {
    if (this.podView === undefined) this.podView = podOf(this.type, this.root) ?? null;
    return this.podView ?? undefined;
  }
}

/** `Kind namespace/name`, fit to be printed. */
export function describe(view: ObjectView): string {
  const name = view.lastingName || "(no name)";
  return clean(`${view.kind}${view.patch ? "Patch" : ""} ${view.namespace ? `${view.namespace}/${name}` : name}`, 200);
}

/** The group in which a kind lives today. */
function normalGroup(group: string, kind: string): string {
  if (group !== "extensions") return group;
  return kind === "Ingress" || kind === "NetworkPolicy" || kind === "IngressClass" ? "networking.k8s.io" : "apps";
}

/** Reading that never throws, for what only names an object: an unknown value reads as absent. */
export function known(field: Field | undefined, key: string): Field | undefined {
  try {
    const child = field?.at(key);
    return child?.exists ? child : undefined;
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return undefined;
  }
}

export function readText(field: Field | undefined, key: string): string | undefined {
  return known(field, key)?.text();
}

const TOKEN = /^kubernetes:(.+):([A-Za-z0-9]+)$/;

/**
 * What a Pulumi type token stands for; undefined for what is not of the Kubernetes package. `kubernetes:core/v1:Pod` is
 * apiVersion v1; custom resources carry their apiVersion as it is; a Patch resource is the kind it patches.
 */
export function identityOfToken(token: string): Identity | undefined {
  const [, version, kind] = TOKEN.exec(token) ?? [];
  if (version === undefined || kind === undefined) return undefined;
  const apiVersion = version.startsWith("core/") ? version.slice("core/".length) : version;
  const patch = kind.endsWith("Patch") && kind !== "Patch";
  return { apiVersion, kind: patch ? kind.slice(0, -"Patch".length) : kind, ...(patch ? { patch } : {}) };
}

/** Deeper lists are no manifests but an attack on the reader. */
const MAX_LIST_DEPTH = 8;

/** The objects that a document holds: itself, or the items of a List (`v1 List`, `DeploymentList`, ...), flattened. */
export function expand(identity: Identity, root: Field, logicalName = "", depth = 0): ObjectView[] {
  if (!identity.kind.endsWith("List") || depth >= MAX_LIST_DEPTH || root.unknown) {
    return [new ObjectView(identity, root, logicalName)];
  }
  const itemKind = identity.kind.slice(0, -"List".length);
  const items = itemsOf(root);
  if (items.unknown) return [new ObjectView({ ...identity, kind: itemKind }, items, logicalName)];
  if (!Array.isArray(items.value)) return [new ObjectView(identity, root, logicalName)];
  return items.items().flatMap((item) => {
    const apiVersion = readText(item, "apiVersion") ?? identity.apiVersion;
    return expand({ apiVersion, kind: readText(item, "kind") ?? itemKind }, item, logicalName, depth + 1);
  });
}

/** The engine's proxies throw at the reading of an unknown value already. */
function itemsOf(list: Field): Field {
  try {
    return list.at("items");
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return list.unknownAt("items");
  }
}

/** Kubernetes objects as plain trees, and the few members of them that the provider itself looks at. */
import { isMap, type PropertyMap, type PropertyValue } from "./values";

/** A Kubernetes object without secret envelopes; in previews leaves may be UNKNOWN. */
export type KubeObject = PropertyMap;

/** The member at a path, undefined where any step is missing. */
export function at(value: PropertyValue | undefined, ...path: (string | number)[]): PropertyValue | undefined {
  let current = value;
  for (const step of path) {
    if (typeof step === "number" && Array.isArray(current)) current = current[step];
    else if (typeof step === "string" && isMap(current)) current = current[step];
    else return undefined;
  }
  return current;
}

export function text(value: PropertyValue | undefined, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

export function count(value: PropertyValue | undefined, ...path: (string | number)[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

export function list(value: PropertyValue | undefined, ...path: (string | number)[]): PropertyValue[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function nameOf(object: KubeObject): string {
  return text(object, "metadata", "name");
}

export function namespaceOf(object: KubeObject): string {
  return text(object, "metadata", "namespace");
}

export function annotation(object: KubeObject, key: string): string {
  return text(object, "metadata", "annotations", key);
}

export function isAnnotated(object: KubeObject, key: string): boolean {
  return annotation(object, key) === "true";
}

/** A copy with a member of `metadata` set; unchanged where metadata as a whole is unknown. */
export function withMetadata(object: KubeObject, key: string, value: PropertyValue): KubeObject {
  const metadata = object.metadata ?? {};
  return isMap(metadata) ? { ...object, metadata: { ...metadata, [key]: value } } : object;
}

export function withoutMetadata(object: KubeObject, ...keys: string[]): KubeObject {
  if (!isMap(object.metadata)) return object;
  const metadata = { ...object.metadata };
  for (const key of keys) delete metadata[key];
  return { ...object, metadata };
}

export function withAnnotation(object: KubeObject, key: string, value: string): KubeObject {
  const annotations = at(object, "metadata", "annotations") ?? {};
  return isMap(annotations) ? withMetadata(object, "annotations", { ...annotations, [key]: value }) : object;
}

/** `namespace/name`, or the name alone for what has no namespace: the resource's id in the state. */
export function idOf(object: KubeObject): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

export function parseId(id: string): { namespace: string; name: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { namespace: "", name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

export interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

/** The group of `core/v1` and of `v1` is the empty string, as in the API. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  if (slash < 0) return { group: "", version: apiVersion };
  const group = apiVersion.slice(0, slash);
  return { group: group === "core" ? "" : group, version: apiVersion.slice(slash + 1) };
}

export function kindOf(object: KubeObject): GroupVersionKind {
  return { ...parseApiVersion(text(object, "apiVersion")), kind: text(object, "kind") };
}

export function isSecret(object: KubeObject): boolean {
  return text(object, "kind") === "Secret" && ["v1", "core/v1"].includes(text(object, "apiVersion"));
}

export function isConfigMap(object: KubeObject): boolean {
  return text(object, "kind") === "ConfigMap" && ["v1", "core/v1"].includes(text(object, "apiVersion"));
}

export function isCrd(object: KubeObject): boolean {
  const { group, kind } = kindOf(object);
  return group === "apiextensions.k8s.io" && kind === "CustomResourceDefinition";
}

export function apiVersionOf(gvk: { group: string; version: string }): string {
  return gvk.group === "" ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** `urn:pulumi:stack::project::parent$types$kubernetes:apps/v1:Deployment::name` in its parts. */
export function parseUrn(urn: string): { type: string; name: string } {
  const parts = urn.split("::");
  const type = (parts[2] ?? "").split("$").pop() ?? "";
  return { type, name: parts.slice(3).join("::") };
}

/** The kind that a token `kubernetes:<group>/<version>:<Kind>` stands for. */
export function kindOfToken(token: string): GroupVersionKind {
  const [, apiVersion, kind] = token.split(":");
  if (apiVersion === undefined || kind === undefined) {
    throw new Error(`"${token}" is not the type of a Kubernetes resource; expected kubernetes:<group>/<version>:<Kind>`);
  }
  return { ...parseApiVersion(apiVersion), kind };
}

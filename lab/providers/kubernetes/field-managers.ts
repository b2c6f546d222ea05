/**
 * Who owns which field of an object. Objects are created with an ordinary request under a fixed name and changed by
 * server-side apply under a name of their own, so the first update takes over what the creation owned.
 * Sources: kubernetes.io/docs/reference/using-api/server-side-apply, "Transferring ownership".
 */
import { randomBytes } from "node:crypto";
import { annotation, isAnnotated, list, text, withMetadata, at, type KubeObject } from "./objects";
import { isMap, type PropertyMap, type PropertyValue } from "./values";

/** Owner of the fields of a newly created object. */
export const CREATOR = "pulumi-kubernetes";
/** Owners whose fields an update takes over: earlier forms of the provider, and kubectl used by hand. */
const PREDECESSORS = [
  "kubectl/Apply",
  "kubectl/Update",
  "before-first-apply/Update",
  "pulumi-kubernetes/Update",
  "pulumi-kubernetes.exe/Update",
  "pulumi-resource-kubernetes/Update",
];
const OWN_UPDATES = ["pulumi-kubernetes/Update", "pulumi-kubernetes.exe/Update", "pulumi-resource-kubernetes/Update"];

export function fieldManagerOf(inputs: KubeObject, recorded: string): string {
  return annotation(inputs, "pulumi.com/patchFieldManager") || recorded || `${CREATOR}-${randomBytes(4).toString("hex")}`;
}

/** Whether an apply may overwrite fields that somebody else owns. */
export function mayForce(inputs: KubeObject, live: KubeObject, always: boolean, preview: boolean): boolean {
  if (always || isAnnotated(inputs, "pulumi.com/patchForce")) return true;
  const managed = list(live, "metadata", "managedFields");
  // A real update takes over the creator's fields first; a preview cannot, and must not report that as a conflict.
  return managed.length === 0 || (preview && managed.some((entry) => OWN_UPDATES.includes(ownerOf(entry))));
}

function ownerOf(entry: PropertyValue): string {
  return text(entry, "subresource") === "" ? `${text(entry, "manager")}/${text(entry, "operation")}` : "";
}

/** JSON patch that gives the predecessors' fields to `manager`; undefined if there is nothing to give. */
export function takeOver(live: KubeObject, manager: string): unknown[] | undefined {
  const managed = list(live, "metadata", "managedFields").filter(isMap);
  const taken = managed.filter((entry) => PREDECESSORS.includes(ownerOf(entry)));
  if (taken.length === 0) return undefined;
  const own = managed.find((entry) => ownerOf(entry) === `${manager}/Apply`);
  const fields = [...(own === undefined ? [] : [own]), ...taken]
    .map((entry) => entry.fieldsV1)
    .filter(isMap)
    .reduce(union, {});
  const merged: PropertyMap = {
    apiVersion: own?.apiVersion ?? taken[0]?.apiVersion ?? live.apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    manager,
    operation: "Apply",
  };
  const kept = managed.filter((entry) => entry !== own && !taken.includes(entry));
  return [
    { op: "replace", path: "/metadata/managedFields", value: [...kept, merged] },
    { op: "replace", path: "/metadata/resourceVersion", value: text(live, "metadata", "resourceVersion") },
  ];
}

function union(left: PropertyMap, right: PropertyMap): PropertyMap {
  const result = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const held = result[key];
    result[key] = isMap(held) && isMap(value) ? union(held, value) : value;
  }
  return result;
}

/**
 * Inputs in which each ignored field is as the cluster has it: left out where only somebody else owns it, else with
 * its live value. Only paths of plain members are looked at; the engine itself has put back the others' old inputs.
 */
export function keepIgnored(inputs: KubeObject, live: KubeObject, ignored: (string | number)[][], manager: string): KubeObject {
  const managed = list(live, "metadata", "managedFields").filter(isMap);
  const owned = (mine: boolean, path: string[]): boolean =>
    managed.some(
      (entry) =>
        (text(entry, "manager") === manager) === mine &&
        at(entry.fieldsV1 ?? null, ...path.map((step) => `f:${step}`)) !== undefined,
    );
  let result = inputs;
  for (const steps of ignored) {
    const path = steps.filter((step): step is string => typeof step === "string" && step !== "*");
    if (path.length < steps.length) continue;
    if (owned(false, path) && !owned(true, path)) result = withValue(result, path, undefined) as KubeObject;
    else {
      const value = at(live, ...path);
      if (value !== undefined) result = withValue(result, path, value) as KubeObject;
    }
  }
  return result;
}

function withValue(holder: PropertyValue, path: string[], value: PropertyValue | undefined): PropertyValue {
  const [step, ...rest] = path;
  if (step === undefined || !isMap(holder)) return holder;
  const result = { ...holder };
  if (rest.length > 0) {
    if (result[step] !== undefined || value !== undefined) result[step] = withValue(result[step] ?? {}, rest, value);
  } else if (value === undefined) delete result[step];
  else result[step] = value;
  return result;
}

/** What an owner applies to give up all its fields. */
export function emptied(object: KubeObject): KubeObject {
  const metadata: PropertyMap = { name: text(object, "metadata", "name") };
  const namespace = text(object, "metadata", "namespace");
  const bare: KubeObject = { apiVersion: object.apiVersion ?? "", kind: object.kind ?? "", metadata };
  return namespace === "" ? bare : withMetadata(bare, "namespace", namespace);
}

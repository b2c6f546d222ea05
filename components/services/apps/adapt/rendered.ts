import { parseDocuments, toJson } from "../../../../kubernetes/yaml";
import { nameOf, type KubeObject } from "./objects";

/*
 * What a chart rendered, as the API server takes it: read by the house's one YAML reader, keys without a value left out, and
 * written as JSON, which every reader of YAML reads alike.
 */

export interface Rendering {
  objects: KubeObject[];
  problems: string[];
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === "object" && value !== null && "kind" in value && "metadata" in value;
}

/** The objects of a rendering; Lists are taken apart, and what is no Kubernetes object is left out. */
export function readRendering(text: string): Rendering {
  const problems: string[] = [];
  // Of a key that stands twice the last counts, as it does to helm.
  const objects = parseDocuments(text, { lastKeyCounts: true }).flatMap((document): unknown[] => {
    if ("error" in document) {
      problems.push(`its rendering cannot be read, line ${document.line}: ${document.error}. Look at it with \`helm template\``);
      return [];
    }
    const { value } = document;
    const items = isObject(value) && String(value.kind).endsWith("List") ? value.items : undefined;
    return Array.isArray(items) ? items : [value];
  });
  return { objects: objects.filter(isObject), problems };
}

/** JSON documents, one an object. */
export function writeRendering(objects: readonly KubeObject[]): string {
  return objects.map((object) => `${toJson(object)}\n`).join("---\n");
}

/** Maps whose values are texts: there the API server reads a key without a value as an empty text. */
const TEXTS = new Set(["annotations", "binaryData", "data", "labels", "matchLabels", "nodeSelector", "stringData"]);

/** Whether the API server knows the kind's fields itself; in a custom resource nothing may mean something. */
function isBuiltIn({ apiVersion }: KubeObject): boolean {
  const group = String(apiVersion).includes("/") ? String(apiVersion).split("/")[0]! : "";
  return !group.includes(".") || group.endsWith(".k8s.io");
}

/**
 * An object without its keys that have no value (`env:` above an empty loop), which are absent to the API server. Lists keep their
 * length: an empty entry beside texts is an empty text, any other is a problem, as the API server would refuse it.
 */
export function withoutNulls(object: KubeObject): { object: KubeObject; problems: string[] } {
  const problems: string[] = [];
  const clean = (value: unknown, path: string, texts: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item, i) => cleanItem(item, value, `${path}[${i}]`));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, child]): [string, unknown][] => {
        if (child === null || child === undefined) return texts ? [[key, ""]] : [];
        return [[key, clean(child, path === "" ? key : `${path}.${key}`, TEXTS.has(key))]];
      }),
    );
  };
  const cleanItem = (item: unknown, list: unknown[], path: string): unknown => {
    if (item !== null) return clean(item, path, false);
    if (list.some((other) => typeof other === "string")) return "";
    problems.push(`${nameOf(object)} has an empty entry at ${path}: give it a value, or take it away in the values`);
    return {};
  };
  // A chart that writes `metadata:` alone has an object without a name.
  const metadata = clean(object.metadata ?? {}, "metadata", false) as KubeObject["metadata"];
  const cleaned = isBuiltIn(object) ? (clean(object, "", false) as KubeObject) : object;
  return { object: { ...cleaned, metadata }, problems: [...new Set(problems)] };
}

/** What an object lacks without which it is none; `kubectl` and the engine refuse it too. */
export function incomplete({ apiVersion, kind, metadata }: KubeObject): string[] {
  const lacking = Object.entries({ apiVersion, kind, "metadata.name": metadata.name })
    .filter(([, value]) => typeof value !== "string" || value === "")
    .map(([key]) => key);
  if (lacking.length === 0) return [];
  const known = [kind, metadata.name].filter((word) => typeof word === "string").join(" ") || "an object";
  return [`${known} has no ${lacking.join(" and no ")}: look at it with \`helm template\`, and set what gives it in the values`];
}

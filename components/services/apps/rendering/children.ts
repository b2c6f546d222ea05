import * as pulumi from "@pulumi/pulumi";
import type { KubeObject } from "../adapt";

/**
 * Registers a chart's objects as the plugin would, with its types and its names, for a preview without a cluster: there the
 * plugin renders nothing. What a later preview or deployment registers has the same URNs, so nothing looks replaced.
 */
export class ChartWithoutCluster extends pulumi.ComponentResource {
  constructor(name: string, objects: KubeObject[], opts: pulumi.ComponentResourceOptions) {
    super("kubernetes:helm.sh/v4:Chart", name, {}, opts);
    for (const object of objects) new ChartObject(typeOf(object), childName(name, object), hideSecret(object), { parent: this });
    this.registerOutputs({});
  }
}

class ChartObject extends pulumi.CustomResource {}

/** `kubernetes:apps/v1:Deployment`; the group without a name is called core. */
function typeOf({ apiVersion, kind }: KubeObject): string {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

function childName(chart: string, { metadata }: KubeObject): string {
  return `${chart}:${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

/** A Secret with what it holds marked as such, so that no preview prints it and no state keeps it in plain text. */
export function hideSecret(object: KubeObject): pulumi.Inputs {
  if (object.kind !== "Secret") return object;
  const hidden = (["data", "stringData"] as const).filter((field) => object[field] !== undefined);
  return { ...object, ...Object.fromEntries(hidden.map((field) => [field, pulumi.secret(object[field])])) };
}

import * as pulumi from "@pulumi/pulumi";
import type * as k8s from "@pulumi/kubernetes";
import { holdsData, KEEP_ANNOTATION } from "../../../kubernetes/data";
import type { AppConfig, Protection } from "../types";
import { protectionOptions } from "../../builders";
import type { KubeObject } from "./adapt";

/**
 * Gives an app's objects that are to outlive it the options for that; all others stay as they are. What a chart itself marks as
 * kept counts too: it would be in the way of the app when that comes back.
 */
export function keepObjects(protection: Protection, keeper: k8s.Provider | undefined): pulumi.ResourceTransform {
  return ({ custom, props, opts }) => {
    const object = props as Partial<KubeObject>;
    if (!custom || object.metadata?.annotations?.[KEEP_ANNOTATION] !== "keep") return undefined;
    const kept = protectionOptions(isData(object) && protection === "protect" ? "protect" : "retain", keeper);
    return { props, opts: pulumi.mergeOptions(opts, kept) as pulumi.CustomResourceOptions };
  };
}

/** Whether the object holds data, of what may not be known in whole. */
export function isData({ apiVersion, kind }: Partial<KubeObject>): boolean {
  return typeof apiVersion === "string" && typeof kind === "string" && holdsData({ apiVersion, kind });
}

/** Of a namespace with these apps and, of its own, `own`: every claim in it would go with it. */
export function namespaceProtection(apps: readonly AppConfig[], own: Protection = "none"): Protection {
  const volumes = apps.flatMap(({ database }) =>
    [database?.storage, database?.backup?.storage].flatMap((volume) => volume?.protection ?? []),
  );
  if ([own, ...volumes].includes("protect")) return "protect";
  // A claim of a chart is protected itself; an app without any can go.
  return [own, ...volumes, ...apps.map(({ protection }) => protection)].every((level) => level === "none") ? "none" : "retain";
}

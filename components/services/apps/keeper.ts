import * as pulumi from "@pulumi/pulumi";
import type * as k8s from "@pulumi/kubernetes";
import { holdsData, KEEP_ANNOTATION } from "../../../kubernetes/data";
import type { Protection } from "../../config/types";
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
    return { props, opts: pulumi.mergeOptions(opts, kept) };
  };
}

/** Whether the object holds data, of what may not be known in whole. */
export function isData({ apiVersion, kind }: Partial<KubeObject>): boolean {
  return typeof apiVersion === "string" && typeof kind === "string" && holdsData({ apiVersion, kind });
}

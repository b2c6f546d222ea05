import * as pulumi from "@pulumi/pulumi";
import type { KubeObject } from "../adapt";
import { hideSecret } from "../rendering";

/**
 * An object that helm makes, registered so that previews show it and policies judge it; the engine itself makes nothing of it. Its
 * inputs are the object.
 */
export class ReleasedObject extends pulumi.ComponentResource {
  constructor(name: string, object: KubeObject, opts: pulumi.ComponentResourceOptions) {
    // With this the engine would be told of no component's inputs, and every policy would pass.
    if (process.env.PULUMI_NODEJS_SKIP_COMPONENT_INPUTS) {
      throw new pulumi.RunError(
        "PULUMI_NODEJS_SKIP_COMPONENT_INPUTS is set, so no policy would see what an app's release makes: unset it",
      );
    }
    super("homelab:apps:ReleasedObject", name, hideSecret(object), opts);
    this.registerOutputs({});
  }
}

/** A name that no other object of the app has: `PREFIX-Job-web-setup`. */
export function releasedName(prefix: string, { apiVersion, kind, metadata }: KubeObject, namespace: string): string {
  const group = apiVersion.includes("/") ? `${apiVersion.split("/")[0]}/` : "";
  const elsewhere = metadata.namespace === undefined || metadata.namespace === namespace ? "" : `${metadata.namespace}/`;
  return `${prefix}-${group}${kind}:${elsewhere}${metadata.name}`;
}

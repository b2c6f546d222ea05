/**
 * What the program uses of Pulumi's SDK beyond its declared types. All of it stands here, and a test holds it against the
 * installed SDK: an update that takes a name away fails there.
 */
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";

/** Whether the stack's configuration keeps this key (`project:key`) encrypted. The public `Config` asks for one key of a known type. */
export const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean };

/**
 * Whether an output's value is known, and whether it is secret; both reject with the output. The public `apply` would run a part
 * of the program only where nothing is unknown.
 */
export function stateOf(output: pulumi.Output<unknown>): { isKnown: Promise<boolean>; isSecret: Promise<boolean> } {
  return output as unknown as { isKnown: Promise<boolean>; isSecret: Promise<boolean> };
}

/** An output that is known only after the deployment. */
export function unknownOutput<T>(): pulumi.Output<T> {
  return pulumi.output(unknown as unknown as T) as pulumi.Output<T>;
}

import type * as pulumi from "@pulumi/pulumi";

/**
 * A value that the engine keeps encrypted. The engine's library is loaded for the first of them alone: the commands read
 * configurations too, and it takes them half a second.
 */
export function keepSecret(value: string): pulumi.Output<string> {
  return (require("@pulumi/pulumi") as typeof pulumi).secret(value);
}

import { scryptSync } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";

/**
 * A value that the engine keeps encrypted. The engine's library is loaded for the first of them alone: the commands read
 * configurations too, and it takes them half a second.
 */
export function keepSecret(value: string): pulumi.Output<string> {
  return (require("@pulumi/pulumi") as typeof pulumi).secret(value);
}

/** A hash that is slow to try values against, cut so short that many values share one: enough to see a change by. 8 hexadecimal digits. */
export function slowHash(secret: unknown, salt: string): string {
  return scryptSync(JSON.stringify(secret), salt, 4).toString("hex");
}

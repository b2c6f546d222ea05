import { existsSync } from "node:fs";
import { join } from "node:path";
import { Field } from "../../kubernetes/objects/field";
import { Inventory } from "../core/inventory";
import { grantsOf, type Declaring, type Grant } from "../exemptions/grants";
import type { Asking } from "../exemptions/offers";
import { Identity, ObjectView, expand, identityOfToken, readText } from "../core/object";

/** The part of a Pulumi resource that tells which Kubernetes objects it is. */
interface Resource {
  urn: string;
  type: string;
  name: string;
  props: Record<string, unknown>;
}

/** The Kubernetes objects of a resource: one, or the items of a List; none for other resources. */
export function viewsOf(resource: Resource): ObjectView[] {
  const root = new Field(plain(resource.props));
  const identity = identityOf(resource, root);
  return identity ? expand(identity, root, resource.name) : [];
}

/** An object that helm makes for an app; its inputs are the object, and only its own fields tell what it is. */
const RELEASED = "homelab:apps:ReleasedObject";

/** The release of an app, which registers as such objects all that it makes, hooks included, before it begins. */
const IN_SIGHT = /^urn:pulumi:[^:]+::[^:]+::(?:.*\$)?homelab:apps:HelmApp\$kubernetes:helm\.sh\/v3:Release::/;

export function isReleased({ type }: { type: string }): boolean {
  return type === RELEASED;
}

/** An app, which registers what it exposes and which rights it asks for. */
const APP = "homelab:apps:HelmApp";

/** The ports that an app's declaration grants; none for other resources. */
export function grantsIn({ type, props }: Pick<Resource, "type" | "props">): Grant[] {
  if (type !== APP) return [];
  const { app, namespace, expose } = plain(props) as Partial<Declaring>;
  if (typeof app !== "string" || typeof namespace !== "string" || !Array.isArray(expose)) return [];
  return grantsOf({ app, namespace, expose });
}

/** What the app's block asks for; undefined for other resources. */
export function askingIn({ type, props }: Pick<Resource, "type" | "props">): Asking | undefined {
  if (type !== APP) return undefined;
  const { app, podSecurity, clusterWide } = plain(props) as Partial<Asking>;
  return typeof app === "string" && podSecurity !== undefined
    ? { app, podSecurity, clusterWide: clusterWide === true }
    : undefined;
}

function identityOf({ urn, type }: Resource, root: Field): Identity | undefined {
  if (isReleased({ type })) return { apiVersion: readText(root, "apiVersion") ?? "", kind: readText(root, "kind") ?? "" };
  const identity = type.startsWith("kubernetes:") ? identityOfToken(type) : undefined;
  return identity && IN_SIGHT.test(urn) ? { ...identity, inSight: true } : identity;
}

export function inventoryOf({ resources }: { resources: Resource[] }): {
  inventory: Inventory;
  urns: Map<ObjectView, string>;
} {
  const urns = new Map<ObjectView, string>();
  for (const resource of resources) {
    for (const view of viewsOf(resource)) urns.set(view, resource.urn);
  }
  return { inventory: new Inventory([...urns.keys()], parametersFile(resources[0]?.urn)), urns };
}

/** In a checkout of the platform the stacks' configurations lie beside the pack; elsewhere whoever previews names a file. */
const IN_CHECKOUT = existsSync(join(__dirname, "..", "config"));

/** Where a stack's levels and parameters stand: its name is in every URN, `urn:pulumi:STACK::PROJECT::...`. */
export function parametersFile(urn = ""): string | undefined {
  const stack = /^urn:pulumi:([^:]+)::/.exec(urn)?.[1];
  return IN_CHECKOUT && stack !== undefined ? `policies/config/${stack}.json` : undefined;
}

/**
 * The properties without the proxies that @pulumi/policy puts around them (one against unknown values, at remediation
 * another for secrets), which cost an object for each read. Should the way to them close one day, the first proxy
 * itself does too: `attempt` knows the error that it throws.
 */
export function plain(props: Record<string, unknown>): Record<string, unknown> {
  let inner = props;
  while (inner.__isSpecialProxy) inner = inner.__getSpecialProxyTarget as Record<string, unknown>;
  return inner;
}

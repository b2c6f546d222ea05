import { Field } from "../core/field";
import { Inventory } from "../core/inventory";
import { ObjectView, expand, identityOfToken } from "../core/object";

/** The part of a Pulumi resource that tells which Kubernetes objects it is. */
interface Resource {
  type: string;
  name: string;
  props: Record<string, unknown>;
}

/** The Kubernetes objects of a resource: one, or the items of a List; none for other resources. */
export function viewsOf({ type, name, props }: Resource): ObjectView[] {
  const identity = type.startsWith("kubernetes:") ? identityOfToken(type) : undefined;
  return identity ? expand(identity, new Field(plain(props)), name) : [];
}

export function inventoryOf({ resources }: { resources: (Resource & { urn: string })[] }): {
  inventory: Inventory;
  urns: Map<ObjectView, string>;
} {
  const urns = new Map<ObjectView, string>();
  for (const resource of resources) {
    for (const view of viewsOf(resource)) urns.set(view, resource.urn);
  }
  return { inventory: new Inventory([...urns.keys()]), urns };
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

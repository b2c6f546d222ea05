/** What an interruption left in a state, mended as far as the state alone says. Pure. */
import type { Deployment, PendingOperation, Resource } from "./state";

interface Named {
  name?: unknown;
  namespace?: unknown;
}

export const isRelease = ({ type }: Resource) => type === "kubernetes:helm.sh/v3:Release";

/** The identity by which the kubernetes provider knows an object: `namespace/name`, or the name alone. */
export function objectId(resource: Resource): string | undefined {
  const { type, inputs } = resource;
  const { name, namespace } =
    (isRelease(resource) ? (inputs as Named) : (inputs as { metadata?: Named } | undefined)?.metadata) ?? {};
  if (!type.startsWith("kubernetes:") || typeof name !== "string" || name === "") return undefined;
  return typeof namespace === "string" && namespace !== "" ? `${namespace}/${name}` : name;
}

/** A command leaves nothing that could be looked at: what was begun is done again, whatever is asked for now. */
const isCommand = ({ type }: Resource) => type.startsWith("command:");

/**
 * The deployment with what was being created and came to be (`found`) as resources of it, so that nothing is made twice. What was being
 * changed stays pending until the engine has read it (`toRead`): only then is it known what became of it.
 */
export function mended(deployment: Deployment, found: readonly PendingOperation[]): { deployment: Deployment; toRead: string[] } {
  const pending = deployment.pending_operations ?? [];
  const again = new Set(pending.filter(({ resource }) => isCommand(resource)).map(({ resource }) => resource.urn));
  const resources = found
    .reduce(withFound, deployment.resources ?? [])
    .map((one) => (again.has(one.urn) ? { ...one, taint: true } : one));
  const touched = new Set([...found, ...pending].map(({ resource }) => resource.urn));
  const known = resources.filter((one) => touched.has(one.urn) && one.custom && !one.external && !isCommand(one));
  const toRead = [...new Set(known.map(({ urn }) => urn))];
  const unread = pending.filter(({ type, resource }) => type !== "creating" && toRead.includes(resource.urn));
  return { deployment: { ...deployment, resources: ordered(resources), pending_operations: unread }, toRead };
}

/**
 * With what was created; what it replaces, where that is still there, is to be deleted. What was to be deleted itself and is wanted
 * again, because a name went back, is no longer.
 */
function withFound(resources: readonly Resource[], { resource }: PendingOperation): Resource[] {
  const made: Resource = { ...resource, id: objectId(resource), outputs: resource.inputs };
  const old = resources.find(({ urn, delete: deleted }) => urn === resource.urn && !deleted);
  if (old === undefined) return [...resources, made];
  // The engine has it already: only what it says of it may be old.
  if (!old.pendingReplacement && old.id === made.id) return [...resources];
  const rest = old.pendingReplacement ? [] : [{ ...old, delete: true }];
  const former = resources.filter((one) => one !== old && !(one.delete && one.urn === made.urn && one.id === made.id));
  return [...former, made, ...rest];
}

/** Each after what it refers to, as the engine wants it; else as before. */
function ordered(resources: readonly Resource[]): Resource[] {
  const present = new Map(resources.filter((one) => !one.delete).map((one) => [one.urn, one]));
  const sorted = new Set<Resource>();
  const begun = new Set<Resource>();
  const place = (one: Resource): void => {
    if (begun.has(one)) return;
    begun.add(one);
    for (const urn of references(one)) if (present.has(urn)) place(present.get(urn)!);
    sorted.add(one);
  };
  resources.forEach(place);
  return [...sorted];
}

function references({ parent, provider, dependencies = [], propertyDependencies = {}, deletedWith }: Resource): string[] {
  const one = [parent, provider?.replace(/::[^:]*$/, ""), deletedWith].filter((urn) => urn !== undefined);
  return [...one, ...dependencies, ...Object.values(propertyDependencies).flatMap((urns) => urns ?? [])];
}

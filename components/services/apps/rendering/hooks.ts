import { nameOf, podTemplateOf, type KubeObject } from "../adapt/objects";
import { usesOf } from "../adapt/references";

/* Helm's own steps before and after an installation. Pure. */

export interface Hook {
  object: KubeObject;
  /** `pre-install`, `post-upgrade`, ... */
  events: string[];
}

/** What runs when. Objects whose only events are tests, or none that helm knows, are in neither list: nobody installs them. */
export function splitHooks(rendered: KubeObject[]): { objects: KubeObject[]; hooks: Hook[] } {
  const events = ({ metadata }: KubeObject) => {
    const named = metadata.annotations?.["helm.sh/hook"];
    return named === undefined
      ? undefined
      : String(named)
          .split(",")
          .map((event) => event.trim().toLowerCase());
  };
  return {
    objects: rendered.filter((object) => events(object) === undefined),
    hooks: rendered.flatMap((object) => {
      const known = (events(object) ?? []).filter((event) => /^(pre|post)-(install|upgrade|rollback|delete)$/.test(event));
      return known.length === 0 ? [] : [{ object, events: known }];
    }),
  };
}

/** `Job setup (pre-install, pre-upgrade)` */
export function describeHook({ object, events }: Hook): string {
  return `${nameOf(object)} (${events.join(", ")})`;
}

export interface HookSecret {
  secret: string;
  /** The hook that has to do with it, as `Job setup (pre-install)`. */
  hook: string;
}

/**
 * Secrets that pods of the chart read, that the chart does not hold, and of which its hooks speak: they are made at the
 * installation. A hook that is such a Secret comes before one that names it, and a Job before the account it runs as.
 */
export function secretsOfHooks(objects: KubeObject[], hooks: Hook[]): HookSecret[] {
  const made = new Set(objects.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata.name));
  const used = objects.flatMap((object) => {
    const template = podTemplateOf(object);
    return template === undefined ? [] : usesOf(template).filter(({ kind }) => kind === "Secret");
  });
  const wanted = new Set(used.flatMap(({ name }) => (name === undefined || made.has(name) ? [] : [name])));
  return [...wanted].flatMap((secret) => {
    const found =
      hooks.find(({ object }) => object.kind === "Secret" && object.metadata.name === secret) ??
      hooks.filter(({ object }) => mentions(object, secret)).sort((a, b) => rank(a) - rank(b))[0];
    return found === undefined ? [] : [{ secret, hook: describeHook(found) }];
  });
}

function rank({ object }: Hook): number {
  return object.kind === "Job" ? 0 : 1;
}

/** Whether a text anywhere in the object holds the name as a word of its own. */
function mentions(value: unknown, name: string): boolean {
  if (typeof value === "string") {
    const at = value.indexOf(name);
    return at >= 0 && !/[a-z0-9-]/i.test((value[at - 1] ?? " ") + (value[at + name.length] ?? " "));
  }
  return typeof value === "object" && value !== null && Object.values(value).some((inner) => mentions(inner, name));
}

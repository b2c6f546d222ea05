import type { FindingAt, Path } from "../../config/finding";
import type { Draft } from "../sections";
import { limitsBelowRequests } from "../../config/bounds";
import { keyOf } from "../../config/repeated";
import type { Check } from "../check";

/* Who runs in which namespace: each in its own, but for apps in one that `namespaces` declares. */

type App = NonNullable<Draft["apps"]>[number];

/** Where an app says that it runs, if that is a namespace of the configuration's own. */
function sharedBy(draft: Draft, { namespace }: App) {
  const at = namespace === undefined ? -1 : (draft.namespaces ?? []).findIndex(({ name }) => name === namespace);
  return at < 0 ? undefined : { at, name: namespace!, ...draft.namespaces![at]! };
}

export const pullSecretsNeedRegistry: Check = (draft) => {
  if (draft.registry?.enabled !== false) return [];
  return (draft.namespaces ?? []).flatMap((namespace, i): FindingAt[] => {
    if (namespace.pullSecret !== true) return [];
    return [
      {
        path: ["namespaces", i, "pullSecret"],
        cause: "is true, and there is no registry to pull from: registry.enabled is false",
        allowed: "true only with registry.enabled true",
        fix: { set: "false" },
      },
    ];
  });
};

export const namespaceBounds: Check = ({ namespaces = [] }) =>
  namespaces.flatMap(({ quota }, i) => limitsBelowRequests(["namespaces", i, "quota"], quota));

/** What a shared namespace is, its own entry says: two apps could ask for the contrary of each other. */
export const sharedNamespacesDecide: Check = (draft, broken) => {
  return (draft.apps ?? []).flatMap((app, i): FindingAt[] => {
    const shared = sharedBy(draft, app);
    if (shared === undefined) return [];
    const at = (key: string): Path => ["apps", i, key];
    const ours = (key: string): Path => ["namespaces", shared.at, key];
    const level = app.podSecurity;
    const findings: FindingAt[] = [];
    if (level !== undefined && level !== shared.podSecurity && !broken(ours("podSecurity"))) {
      findings.push({
        path: at("podSecurity"),
        cause: `is another level than ${keyOf(ours("podSecurity"))}, and one namespace has one level`,
        allowed: `${shared.podSecurity}, or nothing: the namespace ${shared.name} says it`,
        fix: [
          { remove: true },
          { say: `or set ${keyOf(ours("podSecurity"))}, for all in it; or give the app a namespace of its own` },
        ],
      });
    }
    if (app.egress !== undefined && app.egress !== shared.egress && !broken(ours("egress"))) {
      findings.push({
        path: at("egress"),
        cause: `is another than ${keyOf(ours("egress"))}, and one namespace has one`,
        allowed: `${shared.egress}, or nothing: the namespace ${shared.name} says it`,
        fix: [
          { remove: true },
          { say: `or set ${keyOf(ours("egress"))}, for all in it; or give the app a namespace of its own` },
        ],
      });
    }
    if (app.quota !== undefined) {
      findings.push({
        path: at("quota"),
        cause: `would bound everything in ${shared.name}, which ${keyOf(ours("name"))} declares`,
        allowed: `only in a namespace of the app's own; here ${keyOf(ours("quota"))}`,
        fix: [{ remove: true }, { say: `then bound them together with ${keyOf(ours("quota"))}` }],
      });
    }
    const pulls = app.images?.fromPlatform === true || (app.images?.push?.length ?? 0) > 0;
    if (shared.pullSecret === false && pulls) {
      findings.push({
        path: at("images"),
        cause: `come from the platform's registry, and ${keyOf(ours("pullSecret"))} is false`,
        allowed: "in a namespace with a pull secret",
        fix: { set: "true", key: ours("pullSecret") },
      });
    }
    return findings;
  });
};

interface Made {
  path: Path;
  app: number;
  /** Namespace, kind and name as one text. */
  name: string;
  words: string;
}

/** What the platform makes for apps by name: for two of them in one namespace it would be one object with two owners. */
export const sharedObjectsDiffer: Check = (draft) => {
  const made = (draft.apps ?? []).flatMap((app, i): Made[] => {
    const shared = sharedBy(draft, app);
    if (shared === undefined) return [];
    const one = (kind: string, name: string | undefined, ...rest: Path): Made[] =>
      name === undefined
        ? []
        : [{ path: ["apps", i, ...rest], app: i, name: `${shared.name} ${kind} ${name}`, words: `the ${kind} ${name}` }];
    const { database, route, secrets = [] } = app;
    const claim = database?.claim;
    return [
      ...secrets.flatMap(({ name, madeBy }, j) => (madeBy === undefined ? one("Secret", name, "secrets", j, "name") : [])),
      ...(route === undefined || app.name === undefined ? [] : one("Secret", `${app.name}-tls`, "name")),
      ...one("PersistentVolumeClaim", claim, "database", "claim"),
      ...(claim === undefined || database?.backup === undefined
        ? []
        : one("PersistentVolumeClaim", `${claim}-backups`, "database", "claim")),
    ];
  });
  const first = new Map<string, Made>();
  return made.flatMap((one): FindingAt[] => {
    const earlier = first.get(one.name);
    if (earlier === undefined) first.set(one.name, one);
    if (earlier === undefined || earlier.app === one.app) return [];
    const cause = `makes ${one.words}, which ${keyOf(earlier.path)} makes in the same namespace`;
    return [
      { path: one.path, cause, allowed: "a name that nothing else there has", fix: { say: "give one of the two another name" } },
    ];
  });
};

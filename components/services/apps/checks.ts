import type { FindingAt, Path } from "../../config/finding";
import { splitImage } from "../../../kubernetes/image";
import { limitsBelowRequests } from "../../config/bounds";
import { clusterNamespaceProblem } from "../../config/values";
import type { Check } from "../check";

/* What an app's settings ask of each other. */

/** Two apps of one name would be one release, and their resources would have the same names. */
export const distinctApps: Check = (draft) => {
  const seen = new Map<string, number>();
  return (draft.apps ?? []).flatMap(({ name }, i): FindingAt[] => {
    const first = name === undefined ? undefined : seen.get(name);
    if (name !== undefined && first === undefined) seen.set(name, i);
    if (first === undefined) return [];
    return [
      {
        path: ["apps", i, "name"],
        cause: `is the name of apps[${first}]`,
        allowed: "a name that no other app has",
        fix: { say: "give one of the two another name" },
      },
    ];
  });
};

/** A policy for an app that is not there would open nothing, and say nothing. */
export const allowedAppsExist: Check = (draft, broken) => {
  const names = (draft.apps ?? []).map(({ name }) => name);
  const namespaceOf = (app: string) => draft.apps?.find(({ name }) => name === app)?.namespace;
  return (draft.apps ?? []).flatMap(({ name, namespace, allowFrom }, i) =>
    (allowFrom ?? []).flatMap((other, j): FindingAt[] => {
      const path: Path = ["apps", i, "allowFrom", j];
      if (other === undefined || names.some((_, at) => broken(["apps", at, "name"]))) return [];
      if (other === name) {
        return [
          {
            path,
            cause: "is this app itself, whose pods reach each other anyway",
            allowed: "another app",
            fix: { remove: true },
          },
        ];
      }
      if (names.includes(other) && namespace !== undefined && namespaceOf(other) === namespace) {
        const cause = `runs in ${namespace} as this app does, and the pods of one namespace reach each other anyway`;
        return [{ path, cause, allowed: "an app of another namespace", fix: { remove: true } }];
      }
      if (names.includes(other)) return [];
      const others = names.filter((one) => one !== name).join(", ") || "(there is none)";
      return [{ path, cause: "is no app of this stack", allowed: `another app: ${others}`, fix: { remove: true } }];
    }),
  );
};

/** Without a version, two deployments of one configuration would be two programs. */
export const chartsHaveVersions: Check = (draft, broken) => {
  return (draft.apps ?? []).flatMap(({ chart, version, repository }, i): FindingAt[] => {
    const at = (key: string): Path => ["apps", i, key];
    if (chart === undefined) return [];
    const folder = isFolder(chart);
    if (folder && repository !== undefined) {
      const cause = "goes with the name of a chart, and apps.chart is a folder";
      return [{ path: at("repository"), cause, allowed: "only for a chart of a repository", fix: { remove: true } }];
    }
    if (folder || version !== undefined || broken(at("version"))) return [];
    return [
      {
        path: at("version"),
        cause: "is missing: without it, every deployment would take the newest chart",
        allowed: "a version of the chart",
        fix: {
          say: `find one with \`helm show chart ${chart.startsWith("oci://") ? chart : `${chart} --repo ${repository ?? "..."}`}\``,
        },
      },
    ];
  });
};

function isFolder(chart: string): boolean {
  return /^(\.{1,2}|~)?\//.test(chart);
}

/** A bare name without a repository would be looked up in whatever this machine's helm happens to know. */
export const chartsHaveSources: Check = (draft, broken) => {
  return (draft.apps ?? []).flatMap(({ chart, repository }, i): FindingAt[] => {
    const path: Path = ["apps", i, "repository"];
    if (chart === undefined || isFolder(chart) || /^[a-z]+:\/\//.test(chart) || repository !== undefined || broken(path)) {
      return [];
    }
    return [
      {
        path,
        cause: "is missing: the chart is a name, and a folder begins with ./",
        allowed: "the https:// address of the repository that has the chart",
        fix: { say: "set it, or begin the chart's folder with ./" },
      },
    ];
  });
};

/** A key of a Secret has its value from one place. */
export const secretKeysHaveOneSource: Check = (draft, broken) => {
  return (draft.apps ?? []).flatMap(({ secrets }, i) =>
    (secrets ?? []).flatMap(({ keys, madeBy }, j) =>
      (keys ?? []).flatMap(({ value, generate }, k): FindingAt[] => {
        const path: Path = ["apps", i, "secrets", j, "keys", k, "value"];
        const wrong = broken(path) || broken([...path.slice(0, -1), "generate"]);
        if (madeBy !== undefined) return wrong ? [] : foreignValues({ value, generate }, path);
        if (wrong || (value === undefined) !== (generate === undefined)) return [];
        if (value === undefined) {
          return [
            {
              path,
              cause: "is missing",
              allowed: "a value, stored encrypted; or `generate` beside it",
              fix: { setSecret: true },
            },
          ];
        }
        const cause = "stands beside `generate`: only one of the two can give the value";
        return [{ path, cause, allowed: "a value or `generate`", fix: { remove: true }, private: true }];
      }),
    ),
  );
};

/** What somebody else makes has values from nowhere here. */
function foreignValues(given: { value?: unknown; generate?: unknown }, path: Path): FindingAt[] {
  const keys = (["value", "generate"] as const).filter((key) => given[key] !== undefined);
  return keys.map((key) => ({
    path: [...path.slice(0, -1), key],
    cause: "stands in a Secret that somebody else makes (`madeBy`)",
    allowed: "the names of its keys alone",
    fix: { remove: true },
    private: true,
  }));
}

/** What is not in the platform's registry cannot come from there. */
export const appImagesNeedRegistry: Check = (draft) => {
  return (draft.apps ?? []).flatMap(({ images }, i): FindingAt[] => {
    const used = images?.fromPlatform === true || (images?.push?.length ?? 0) > 0;
    const named = (images?.push ?? []).flatMap(({ name }, j): FindingAt[] => {
      if (name === undefined || splitImage(name)?.registry === undefined) return [];
      const path: Path = ["apps", i, "images", "push", j, "name"];
      const cause = "names a registry: images are pushed to the platform's";
      return [{ path, cause, allowed: "a name and tag, such as lumina/backend:0.1.0", fix: { say: "leave the registry out" } }];
    });
    if (!used || draft.registry?.enabled !== false) return named;
    const path: Path = ["apps", i, "images"];
    return [
      ...named,
      {
        path,
        cause: "needs the platform's registry, and registry.enabled is false",
        allowed: "only with a registry",
        fix: { remove: true },
      },
    ];
  });
};

/** A database lies in one file, or in several: one of the two keys says where. */
export const databasesHavePlaces: Check = (draft, broken) => {
  return (draft.apps ?? []).flatMap(({ database }, i): FindingAt[] => {
    const at = (key: string): Path => ["apps", i, "database", key];
    if (database === undefined || broken(at("file")) || broken(at("files"))) return [];
    const { file, files } = database;
    if (file !== undefined && files !== undefined) {
      return [{ path: at("file"), cause: "stands beside `files`", allowed: "one of the two", fix: { remove: true } }];
    }
    if (file !== undefined || (files !== undefined && files.length > 0)) return [];
    const allowed = "the path of the database in its container; or several under `files`";
    if (files !== undefined) {
      return [{ path: at("files"), cause: "is empty", allowed, fix: { say: "name the files, or set `file` instead" } }];
    }
    return [{ path: at("file"), cause: "is missing", allowed, fix: { set: "/app/data/lumina.db" } }];
  });
};

/** An app's namespace has its name where it is not given; a chart's own name (kube-prometheus-stack) can be one of the cluster's. */
export const appNamespacesAreOwn: Check = (draft) =>
  (draft.apps ?? []).flatMap(({ name, namespace }, i) => {
    const cause = name === undefined || namespace !== undefined ? undefined : clusterNamespaceProblem(name);
    if (cause === undefined) return [];
    return [
      {
        path: ["apps", i, "name"],
        cause: `is the app's namespace too, which ${cause}`,
        allowed: "this name with a `namespace` of its own, or another name",
        fix: { set: `home-${name}`, key: ["apps", i, "namespace"] },
      },
    ];
  });

export const appBounds: Check = ({ apps = [] }) =>
  apps.flatMap(({ quota }, i) => limitsBelowRequests(["apps", i, "quota"], quota));

import { defineService, type Given } from "../service";
import {
  allowedAppsExist,
  appBounds,
  appImagesNeedRegistry,
  appNamespacesAreOwn,
  chartsHaveSources,
  chartsHaveVersions,
  databasesHavePlaces,
  distinctApps,
  secretKeysHaveOneSource,
} from "./checks";
import type * as deployment from "./deploy";
import { exposedServicesDiffer, exposuresNameSomething } from "./exposeChecks";
import { allowListsHaveRanges, basicAuthHasUsers, middlewaresAreOneEach } from "./middlewareChecks";
import { appNamespaces } from "./places";
import { appProbes } from "./probes";
import { appReferences } from "./references";

export const apps = defineService({
  key: "apps",
  checks: [
    appNamespacesAreOwn,
    distinctApps,
    chartsHaveVersions,
    chartsHaveSources,
    secretKeysHaveOneSource,
    appImagesNeedRegistry,
    databasesHavePlaces,
    appBounds,
    allowedAppsExist,
    middlewaresAreOneEach,
    allowListsHaveRanges,
    basicAuthHasUsers,
    exposedServicesDiffer,
    exposuresNameSomething,
  ],
  hosts,
  namespaces: appNamespaces,
  volumes: ({ apps }) =>
    apps.flatMap(({ database }, i) => {
      if (database === undefined) return [];
      const key = `homelab:apps[${i}].database`;
      const { storage, backup } = database;
      return [
        { key: `${key}.storage`, storage },
        ...(backup === undefined ? [] : [{ key: `${key}.backup.storage`, storage: backup.storage }]),
      ];
    }),
  // A chart may keep objects by itself.
  retains: ({ apps }) => apps.length > 0,
  references: appReferences,
  probes: appProbes,
  deploy: (platform) => (require("./deploy") as typeof deployment).deployApps(platform),
});

/** Of the apps that have a route; an app's name is its label. */
function hosts({ apps = [], routing }: Given) {
  return [...apps].flatMap(({ name, namespace = name, route }, i) => {
    if (name === undefined || route === undefined) return [];
    const limited = [routing?.allowedRanges, ...(route.middlewares ?? []).map(({ ipAllowList }) => ipAllowList?.ranges)];
    return [
      {
        path: ["apps", i, "route", "host"],
        label: name,
        title: name,
        given: route.host,
        namespace,
        limited: limited.some((ranges) => (ranges ?? []).length > 0),
      },
    ];
  });
}

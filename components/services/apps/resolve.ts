import type * as pulumi from "@pulumi/pulumi";
import { nameBelow } from "../../config/names";
import { keepSecret, slowHash } from "../../config/secret";
import type { VolumeConfig } from "../../config/types";
import { placedVolume, type GivenVolume } from "../../config/volume";
import type { Checked } from "../sections";

type CheckedApp = Checked["apps"][number];

/** With every default filled in, values as secrets. */
export type AppConfig = ReturnType<typeof resolveApp>;

export const resolveApps = (checked: Checked) => checked.apps.map((app) => resolveApp(app, checked));

/** Where an app runs; `declared` by an entry of `namespaces`, it shares the namespace. */
function placeOf({ name, namespace = name }: CheckedApp, { namespaces }: Checked) {
  return { namespace, declared: namespaces.find((one) => one.name === namespace) };
}

function resolveApp(app: CheckedApp, checked: Checked) {
  const { domain, routing, storage, apps } = checked;
  const { database } = app;
  const { namespace, declared } = placeOf(app, checked);
  // What people wrote outlives the app, unless its own block says otherwise.
  const outliving = storage.protection === "none" ? "retain" : storage.protection;
  const placed = (volume: GivenVolume) => placedVolume(volume, { class: storage.class, protection: outliving });
  return {
    ...app,
    namespace,
    shared: declared !== undefined,
    podSecurity: declared?.podSecurity ?? app.podSecurity ?? "restricted",
    egress: declared?.egress ?? app.egress ?? "open",
    protection: app.protection ?? outliving,
    secrets: app.secrets.map((secret) => ({
      ...secret,
      keys: secret.keys.map(({ value, ...key }): typeof key & { value?: pulumi.Output<string> } =>
        value === undefined ? key : { ...key, value: keepSecret(value) },
      ),
      /**
       * Changes with every value that a person gave and every setting of a generated one, and tells nothing of the values: 8
       * hexadecimal digits of a slow hash.
       */
      revision: slowHash(secret.keys, `${app.name}/${secret.name}`),
    })),
    route: app.route && { ...app.route, host: app.route.host ?? nameBelow(domain, app.name) },
    database: database && resolveDatabase(database, placed),
    expose: app.expose.map((exposure) => ({ ...exposure, allowedRanges: exposure.allowedRanges ?? routing.allowedRanges })),
    allowFrom: [...new Set(app.allowFrom)].map((name) => {
      const { namespace, declared } = placeOf(
        apps.find((other) => other.name === name)!,
        checked,
      );
      return { app: name, namespace, shared: declared !== undefined };
    }),
  };
}

function resolveDatabase(
  { file, files, ...database }: NonNullable<CheckedApp["database"]>,
  placed: (volume: GivenVolume) => VolumeConfig,
) {
  return {
    ...database,
    files: files ?? (file === undefined ? [] : [file]),
    storage: placed(database.storage),
    backup: database.backup && { ...database.backup, storage: placed(database.backup.storage) },
  };
}

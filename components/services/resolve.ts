import { scryptSync } from "node:crypto";
import { ACME_SERVERS } from "./certificates/acme";
import { resolveLocalstack } from "./localstack/resolve";
import { nameBelow } from "./hosts";
import type { Checked } from "./sections";
import { keepSecret } from "../config/secret";
import type { AppConfig, CertificatesConfig, NamespaceConfig, PlatformConfig, RegistryConfig } from "./types";

/** Fills in the defaults that follow from other values, and turns passwords into secrets. `home` replaces `~`. */
export function resolve(checked: Checked, home: string): PlatformConfig {
  const { context, kubeconfig, domain, routing, storage, admission, health } = checked;
  return {
    context,
    kubeconfig: kubeconfig?.replace(/^~(?=\/|$)/, () => home),
    domain,
    certificates: resolveCertificates(checked),
    routing,
    storage,
    namespaces: checked.namespaces.map((namespace): NamespaceConfig => {
      return { ...namespace, pullSecret: namespace.pullSecret ?? checked.registry.enabled };
    }),
    registry: resolveRegistry(checked),
    localstack: resolveLocalstack(checked),
    apps: checked.apps.map((app) => resolveApp(app, checked)),
    admission,
    artifacts: checked.artifacts,
    health,
  };
}

function resolveCertificates({ certificates, domain }: Checked): CertificatesConfig {
  const { mode, acme, issuer, secret, commonName } = certificates;
  if (mode === "acme" && acme) return { mode, acme: { ...acme, server: ACME_SERVERS[acme.server] ?? acme.server } };
  if (mode === "issuer" && issuer) return { mode, issuer };
  if (mode === "secret" && secret) return { mode, secret };
  if (mode === "ownCa") return { mode, commonName: commonName ?? rootName(domain) };
  if (mode === "selfSigned") return { mode };
  throw new Error(`certificates.mode ${mode} without its block: a check is missing`);
}

/** RFC 5280 bounds a common name to 64 characters. */
function rootName(domain: string): string {
  const name = `Private CA of ${domain}`;
  return name.length <= 64 ? name : "Private CA";
}

function resolveRegistry({ registry, storage, domain }: Checked): RegistryConfig {
  return {
    ...registry,
    host: registry.host ?? nameBelow(domain, "registry"),
    users: registry.users.map(({ name, password }) => ({ name, password: keepSecret(password) })),
    storage: {
      size: registry.storage.size,
      class: registry.storage.class ?? storage.class,
      protection: registry.storage.protection ?? storage.protection,
    },
    ui: { ...registry.ui, host: registry.ui.host ?? nameBelow(domain, "registry-ui") },
  };
}

type CheckedApp = Checked["apps"][number];

/** Where an app runs; `declared` by an entry of `namespaces`, it shares the namespace. */
function placeOf({ name, namespace = name }: CheckedApp, { namespaces }: Checked) {
  return { namespace, declared: namespaces.find((one) => one.name === namespace) };
}

function resolveApp(app: CheckedApp, checked: Checked): AppConfig {
  const { domain, routing, storage, apps } = checked;
  const { database } = app;
  const { namespace, declared } = placeOf(app, checked);
  // What people wrote outlives the app, unless its own block says otherwise.
  const outliving = storage.protection === "none" ? "retain" : storage.protection;
  const placed = (volume: { size: string; class?: string; protection?: AppVolume["protection"] }): AppVolume => ({
    size: volume.size,
    class: volume.class ?? storage.class,
    protection: volume.protection ?? outliving,
  });
  return {
    ...app,
    namespace,
    shared: declared !== undefined,
    podSecurity: declared?.podSecurity ?? app.podSecurity ?? "restricted",
    egress: declared?.egress ?? app.egress ?? "open",
    protection: app.protection ?? outliving,
    secrets: app.secrets.map((secret) => ({
      ...secret,
      keys: secret.keys.map(({ value, ...key }) => (value === undefined ? key : { ...key, value: keepSecret(value) })),
      revision: secretRevision(app.name, secret),
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
  placed: (volume: { size: string }) => AppVolume,
): AppConfig["database"] {
  return {
    ...database,
    files: files ?? (file === undefined ? [] : [file]),
    storage: placed(database.storage),
    backup: database.backup && { ...database.backup, storage: placed(database.backup.storage) },
  };
}

type AppVolume = NonNullable<AppConfig["database"]>["storage"];

/** A hash that is slow to try values against, cut so short that many values share one: enough to see a change by. */
function secretRevision(app: string, { name, keys }: CheckedApp["secrets"][number]): string {
  return scryptSync(JSON.stringify(keys), `${app}/${name}`, 4).toString("hex");
}

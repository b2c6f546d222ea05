import { groupOf } from "../../../../kubernetes/kinds";
import { nameOf, type KubeObject, type Texts } from "./objects";

/* Which Secrets come of a chart's objects: the Secrets themselves, and those that a controller makes of other objects. Pure. */

/** A Secret to come, with its keys; keys that cannot be told before are absent, and then any may be there. */
export interface Made {
  name: string;
  keys?: string[];
}

type Fields = Record<string, unknown>;

const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const at = (value: unknown, ...path: string[]): unknown => path.reduce<unknown>((inner, key) => fields(inner)[key], value);
const texts = (value: unknown): string[] => (typeof value === "string" && value !== "" ? [value] : []);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const anyKeys = (...names: string[]): Made[] => names.map((name) => ({ name }));

/** A value that the object names, or else the object's own name. */
const orOwn = (object: KubeObject, ...path: string[]): string => texts(at(object.spec, ...path))[0] ?? object.metadata.name;

/** By group and kind: what the controllers' own documentation says they write. */
const MAKERS: Record<string, (object: KubeObject) => Made[]> = {
  "/Secret": (object) => [{ name: object.metadata.name, keys: keysOf(object) }],
  "cert-manager.io/Certificate": ({ spec }) => texts(spec?.secretName).map((name) => ({ name, keys: certificateKeys(spec) })),
  "external-secrets.io/ExternalSecret": (object) => [external(orOwn(object, "target", "name"), object.spec)],
  "bitnami.com/SealedSecret": (object) => [
    {
      name: texts(at(object.spec, "template", "metadata", "name"))[0] ?? object.metadata.name,
      keys: [...Object.keys(fields(object.spec?.encryptedData)), ...Object.keys(fields(at(object.spec, "template", "data")))],
    },
  ],
  "secrets.hashicorp.com/VaultStaticSecret": destination,
  "secrets.hashicorp.com/VaultDynamicSecret": destination,
  "secrets.hashicorp.com/VaultPKISecret": destination,
  "onepassword.com/OnePasswordItem": ({ metadata }) => anyKeys(metadata.name),
  "secrets.infisical.com/InfisicalSecret": ({ spec }) => anyKeys(...texts(at(spec, "managedSecretReference", "secretName"))),
  "secrets.doppler.com/DopplerSecret": ({ spec }) => anyKeys(...texts(at(spec, "managedSecret", "name"))),
  "k8s.bitwarden.com/BitwardenSecret": ({ spec }) => anyKeys(...texts(spec?.secretName)),
  "secretgen.k14s.io/Password": ({ metadata }) => anyKeys(metadata.name),
  "secrets-store.csi.x-k8s.io/SecretProviderClass": ({ spec }) =>
    list(spec?.secretObjects).flatMap((one) => anyKeys(...texts(fields(one).secretName))),
  "postgresql.cnpg.io/Cluster": ({ metadata: { name } }) =>
    anyKeys(...["app", "superuser", "ca", "server", "replication"].map((end) => `${name}-${end}`)),
  "postgres-operator.crunchydata.com/PostgresCluster": ({ metadata: { name }, spec }) =>
    anyKeys(
      `${name}-pguser-${name}`,
      ...list(spec?.users).flatMap((user) => texts(fields(user).name).map((one) => `${name}-pguser-${one}`)),
    ),
  "acid.zalan.do/postgresql": ({ metadata: { name }, spec }) =>
    anyKeys(
      ...["postgres", "standby", ...Object.keys(fields(spec?.users))].map(
        (user) => `${user.replaceAll("_", "-")}.${name}.credentials.postgresql.acid.zalan.do`,
      ),
    ),
  "rabbitmq.com/RabbitmqCluster": ({ metadata: { name } }) => anyKeys(`${name}-default-user`, `${name}-erlang-cookie`),
  "k8s.keycloak.org/Keycloak": ({ metadata: { name } }) => [{ name: `${name}-initial-admin`, keys: ["username", "password"] }],
  "elasticsearch.k8s.elastic.co/Elasticsearch": ({ metadata: { name } }) =>
    anyKeys(...["es-elastic-user", "es-http-certs-public", "es-http-certs-internal"].map((end) => `${name}-${end}`)),
  "kafka.strimzi.io/Kafka": ({ metadata: { name } }) => anyKeys(`${name}-cluster-ca-cert`, `${name}-clients-ca-cert`),
  "kafka.strimzi.io/KafkaUser": ({ metadata }) => anyKeys(metadata.name),
  "mongodbcommunity.mongodb.com/MongoDBCommunity": ({ metadata: { name }, spec }) =>
    list(spec?.users).flatMap((user) => {
      const { name: account, db = "admin", connectionStringSecretName: own } = fields(user);
      return anyKeys(...texts(own), ...texts(account).map((one) => `${name}-${String(db)}-${one}`));
    }),
};

/** Crossplane's resources of every group write to where they are told. */
function connection({ spec }: KubeObject): Made[] {
  return anyKeys(...texts(at(spec, "writeConnectionSecretToRef", "name")));
}

function destination({ spec }: KubeObject): Made[] {
  return anyKeys(...texts(at(spec, "destination", "name")));
}

/** Notes on a Secret by which a controller fills it. */
const FILLED = [
  /^reflector\.v1\.k8s\.emberstack\.com\/reflects$/,
  /^replicator\.v1\.mittwald\.de\/replicate-from$/,
  /^secret-generator\.v1\.mittwald\.de\/autogenerate$/,
  /^kubernetes\.io\/service-account\.name$/,
];

function keysOf({ metadata, data, stringData }: KubeObject): string[] | undefined {
  if (Object.keys(metadata.annotations ?? {}).some((note) => FILLED.some((pattern) => pattern.test(note)))) return undefined;
  return Object.keys({ ...data, ...stringData });
}

function certificateKeys(spec: KubeObject["spec"]): string[] {
  const formats: Texts = { CombinedPEM: "tls-combined.pem", DER: "key.der" };
  const more = list(spec?.additionalOutputFormats).flatMap((one) => texts(formats[String(fields(one).type)]));
  const stores = (kind: string, end: string) =>
    at(spec, "keystores", kind, "create") === true ? [`keystore.${end}`, `truststore.${end}`] : [];
  return ["tls.crt", "tls.key", "ca.crt", ...more, ...stores("jks", "jks"), ...stores("pkcs12", "p12")];
}

/** What is taken over whole is not known before. */
function external(name: string, spec: KubeObject["spec"]): Made {
  if (list(spec?.dataFrom).length > 0 || at(spec, "target", "template") !== undefined) return { name };
  return { name, keys: list(spec?.data).flatMap((one) => texts(fields(one).secretKey)) };
}

/** Every Secret that comes of a chart's objects in their namespace. */
export function madeSecrets(objects: readonly KubeObject[], namespace: string): Map<string, string[] | undefined> {
  const made = objects
    .filter(({ metadata }) => (metadata.namespace ?? namespace) === namespace)
    .flatMap((object) => (MAKERS[`${groupOf(object.apiVersion)}/${object.kind}`] ?? connection)(object));
  return new Map(made.map(({ name, keys }) => [name, keys]));
}

/** An object of a kind that is none of Kubernetes' own and names a Secret: perhaps its controller makes it. */
export function namedBy(name: string, objects: readonly KubeObject[]): string | undefined {
  const names = (value: unknown): boolean =>
    typeof value === "object" && value !== null ? Object.values(value).some(names) : value === name;
  const isCustom = (group: string) => group.includes(".") && !/(?:^|\.)k8s\.io$/.test(group);
  const custom = objects.find(({ apiVersion, spec }) => isCustom(groupOf(apiVersion)) && names(spec));
  return custom && nameOf(custom);
}

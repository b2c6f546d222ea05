import assert from "node:assert/strict";
import { adapt, type KubeObject } from "../../components/services/apps/adapt";
import { madeSecrets } from "../../components/services/apps/adapt/makers";
import { adaptSettings as settings } from "./adaptSettings";

const object = (apiVersion: string, kind: string, name: string, spec: object = {}, more: object = {}) =>
  ({ apiVersion, kind, metadata: { name }, spec, ...more }) as unknown as KubeObject;

const certificate = (spec: object) => object("cert-manager.io/v1", "Certificate", "web", spec);
const external = (spec: object) => object("external-secrets.io/v1", "ExternalSecret", "db", spec);

describe("the Secrets that come of a chart's objects", () => {
  const TLS = ["tls.crt", "tls.key", "ca.crt"];
  const table: [string, KubeObject, Record<string, string[] | undefined>][] = [
    ["a Secret, with its keys", object("v1", "Secret", "s", {}, { data: { a: "" }, stringData: { b: "" } }), { s: ["a", "b"] }],
    [
      "a Secret that a controller fills",
      {
        ...object("v1", "Secret", "s"),
        metadata: { name: "s", annotations: { "replicator.v1.mittwald.de/replicate-from": "a/b" } },
      },
      { s: undefined },
    ],
    ["a Certificate, by its secretName", certificate({ secretName: "web-tls" }), { "web-tls": TLS }],
    [
      "a Certificate with more formats",
      certificate({
        secretName: "t",
        additionalOutputFormats: [{ type: "CombinedPEM" }],
        keystores: { pkcs12: { create: true }, jks: { create: false } },
      }),
      { t: [...TLS, "tls-combined.pem", "keystore.p12", "truststore.p12"] },
    ],
    ["a Certificate without a Secret", certificate({}), {}],
    ["an ExternalSecret, by its own name", external({ data: [{ secretKey: "password" }] }), { db: ["password"] }],
    ["an ExternalSecret, by its target", external({ target: { name: "x" }, data: [{ secretKey: "p" }] }), { x: ["p"] }],
    ["an ExternalSecret of a whole entry", external({ dataFrom: [{ extract: { key: "k" } }] }), { db: undefined }],
    ["a SealedSecret", object("bitnami.com/v1alpha1", "SealedSecret", "s", { encryptedData: { token: "Ag" } }), { s: ["token"] }],
    [
      "a SealedSecret whose template has another name",
      object("bitnami.com/v1alpha1", "SealedSecret", "s", {
        encryptedData: {},
        template: { metadata: { name: "t" }, data: { c: "" } },
      }),
      { t: ["c"] },
    ],
    [
      "a secret of Vault",
      object("secrets.hashicorp.com/v1beta1", "VaultStaticSecret", "v", { destination: { name: "d", create: true } }),
      { d: undefined },
    ],
    ["one of 1Password", object("onepassword.com/v1", "OnePasswordItem", "o"), { o: undefined }],
    [
      "a database of CloudNativePG",
      object("postgresql.cnpg.io/v1", "Cluster", "db"),
      Object.fromEntries(["app", "superuser", "ca", "server", "replication"].map((end) => [`db-${end}`, undefined])),
    ],
    [
      "a database of Zalando's operator",
      object("acid.zalan.do/v1", "postgresql", "acid-db", { users: { foo_user: [] } }),
      Object.fromEntries(
        ["postgres", "standby", "foo-user"].map((user) => [`${user}.acid-db.credentials.postgresql.acid.zalan.do`, undefined]),
      ),
    ],
    ["a Keycloak", object("k8s.keycloak.org/v2alpha1", "Keycloak", "kc"), { "kc-initial-admin": ["username", "password"] }],
    [
      "a resource of Crossplane",
      object("database.example.org/v1", "Instance", "i", { writeConnectionSecretToRef: { name: "conn" } }),
      { conn: undefined },
    ],
    ["nothing of a Deployment", object("apps/v1", "Deployment", "web"), {}],
    [
      "nothing of a kind of the same name in another group",
      object("example.org/v1", "Certificate", "c", { secretName: "s" }),
      {},
    ],
    ["nothing in another namespace", { ...certificate({ secretName: "t" }), metadata: { name: "c", namespace: "b" } }, {}],
  ];
  for (const [what, given, expected] of table) {
    it(what, () => assert.deepEqual(Object.fromEntries(madeSecrets([given], "a")), expected));
  }
});

describe("a Secret that a pod reads", () => {
  const reader = (secretName: string, key?: string) =>
    object("apps/v1", "Deployment", "web", {
      template: {
        metadata: {},
        spec: {
          containers: [
            {
              name: "main",
              image: "docker.io/library/busybox:1.36.1",
              env: key === undefined ? [] : [{ name: "X", valueFrom: { secretKeyRef: { name: secretName, key } } }],
            },
          ],
          volumes: key === undefined ? [{ name: "s", secret: { secretName } }] : [],
        },
      },
    });
  const problems = (objects: KubeObject[], secrets: Parameters<typeof settings>[0] = {}) =>
    adapt(objects, settings(secrets)).problems;

  it("is there when the chart's Certificate writes it, whatever the Certificate is called", () => {
    assert.deepEqual(problems([reader("web-tls"), certificate({ secretName: "web-tls" })]), []);
    assert.match(
      problems([reader("web"), certificate({ secretName: "web-tls" })]).join(),
      /reads the Secret web, which nobody makes/,
    );
    assert.match(
      problems([reader("web-tls", "tls.pem"), certificate({ secretName: "web-tls" })]).join(),
      /the key tls\.pem of the Secret web-tls, which has tls\.crt, tls\.key, ca\.crt/,
    );
  });

  it("is asked for where nobody is known to make it, with the object that names it", () => {
    assert.match(problems([reader("x")]).join(), /nobody makes: add it under secrets; .*\{ name: x, madeBy: "WHO" \}/);
    const tenant = object("minio.min.io/v2", "Tenant", "t", { users: [{ name: "x" }] });
    assert.match(problems([reader("x"), tenant]).join(), /the controller of Tenant t makes it, .*madeBy: "Tenant t" \}/);
    const policy = object("networking.k8s.io/v1", "NetworkPolicy", "n", { podSelector: { matchLabels: { app: "x" } } });
    assert.match(problems([reader("x"), policy]).join(), /madeBy: "WHO"/);
  });

  it("is what the block says that somebody else makes, with any key or with those it lists", () => {
    const made = (...keys: string[]) => ({
      secrets: [{ name: "x", madeBy: "an operator", keys, revision: "", environmentOf: [] }],
    });
    assert.deepEqual(problems([reader("x", "k")], made()), []);
    assert.deepEqual(problems([reader("x", "k")], made("k")), []);
    assert.match(problems([reader("x", "k")], made("other")).join(), /reads the key k of the Secret x, which has other/);
  });
});

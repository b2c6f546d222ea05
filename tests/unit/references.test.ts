import assert from "node:assert/strict";
import { parseConfig, type PlatformConfig } from "../../components/configuration";
import { factsOf, referencesOf } from "../../components/services/facts";
import { copySecret } from "../../components/services/reference";
import { asInput } from "../config/stackFile";

function configured(more: Record<string, unknown> = {}): PlatformConfig {
  const own = Object.entries(more).map(([key, value]) => [`homelab:${key}`, value]);
  const result = parseConfig(asInput({ "homelab:context": "home", ...Object.fromEntries(own) }));
  assert.ok(result.ok, JSON.stringify(result));
  return result.config;
}

const app = (more: object) => ({ name: "notes", chart: "./charts/notes", ...more });

function references(more?: Record<string, unknown>): string[] {
  return referencesOf(configured(more), "kubectl").map(({ kind, namespace, name }) =>
    [kind, namespace, name].filter(Boolean).join(" "),
  );
}

describe("what a stack refers to and does not make", () => {
  const always = [
    "CustomResourceDefinition ingressroutes.traefik.io",
    "CustomResourceDefinition middlewares.traefik.io",
    "Namespace kube-system",
    "CustomResourceDefinition certificates.cert-manager.io",
    "CustomResourceDefinition clusterissuers.cert-manager.io",
    "StorageClass local-path",
  ];

  it("with an authority of its own: definitions, Traefik's namespace and cert-manager's, and a class", () => {
    assert.deepEqual(references(), [...always.slice(0, 5), "Namespace cert-manager", "StorageClass local-path"]);
  });

  it("nothing of the routes where there is none", () => {
    assert.deepEqual(references({ registry: { enabled: false } }), [
      "CustomResourceDefinition certificates.cert-manager.io",
      "CustomResourceDefinition clusterissuers.cert-manager.io",
      "Namespace cert-manager",
    ]);
  });

  it("a TLS Secret in each namespace with a route, and nothing of cert-manager", () => {
    const found = references({
      certificates: { mode: "secret", secret: { name: "wildcard" } },
      localstack: { enabled: true },
      apps: [app({ route: { service: "web", port: 80 } }), app({ name: "worker" })],
    });
    assert.deepEqual(
      found.filter((one) => one.startsWith("Secret")),
      ["Secret registry wildcard", "Secret localstack wildcard", "Secret notes wildcard"],
    );
    assert.ok(!found.some((one) => one.includes("cert-manager")), found.join());
  });

  it("an issuer of its own namespace in each namespace with a route; one of the cluster once", () => {
    const mode = (kind: string) => ({
      certificates: { mode: "issuer", issuer: { name: "home-ca", kind } },
      localstack: { enabled: true },
    });
    const issuers = (kind: string) => references(mode(kind)).filter((one) => /^(Cluster)?Issuer/.test(one));
    assert.deepEqual(issuers("Issuer"), ["Issuer registry home-ca", "Issuer localstack home-ca"]);
    assert.deepEqual(issuers("ClusterIssuer"), ["ClusterIssuer home-ca"]);
    assert.ok(!references(mode("Issuer")).includes("CustomResourceDefinition clusterissuers.cert-manager.io"));
  });

  const solvers: [string, object, string[]][] = [
    ["one token", { cloudflare: { apiTokenSecretRef: { name: "cloudflare", key: "token" } } }, ["cloudflare token"]],
    [
      "several, one deep inside",
      {
        route53: {
          accessKeyIDSecretRef: { name: "aws", key: "id" },
          secretAccessKeySecretRef: { name: "aws", key: "secret" },
        },
      },
      ["aws id", "aws secret"],
    ],
    [
      "those of a webhook's own settings",
      { webhook: { groupName: "acme.example.org", solverName: "x", config: { apiKeySecretRef: { name: "gandi", key: "k" } } } },
      ["gandi k"],
    ],
    ["none where the provider needs none", { route53: { region: "eu-central-1" } }, []],
  ];
  for (const [what, dns01, expected] of solvers) {
    it(`the Secrets of a solver: ${what}`, () => {
      const acme = { email: "me@mydomain.org", solver: { dns01 } };
      const config = configured({ domain: "home.mydomain.org", certificates: { mode: "acme", acme } });
      const secrets = referencesOf(config, "kubectl").filter(({ kind }) => kind === "Secret");
      assert.deepEqual(
        secrets.map(({ name, holds }) => `${name} ${holds!.join()}`),
        expected,
      );
      assert.ok(secrets.every(({ namespace }) => namespace === "cert-manager"));
    });
  }

  it("each class once, with every key that names it", () => {
    const config = configured({
      storage: { class: "fast" },
      localstack: { enabled: true, storage: { class: "slow" } },
      apps: [app({ database: { kind: "sqlite", workload: "web", file: "/data/a.db", claim: "notes" } })],
    });
    const classes = referencesOf(config, "kubectl").filter(({ kind }) => kind === "StorageClass");
    assert.deepEqual(
      classes.map(({ name, key }) => [name, key]),
      [
        ["fast", "homelab:registry.storage.class, homelab:apps[0].database.storage.class"],
        ["slow", "homelab:localstack.storage.class"],
      ],
    );
  });

  it("the Service that a route asks first, and no address outside of the cluster", () => {
    const asked = (address: string) =>
      references({ apps: [app({ route: { service: "web", port: 80, middlewares: [{ forwardAuth: { address } }] } })] }).filter(
        (one) => one.startsWith("Service"),
      );
    assert.deepEqual(asked("http://auth.authelia.svc.cluster.local:9091/api"), ["Service authelia auth"]);
    assert.deepEqual(asked("http://auth.authelia.svc:9091"), ["Service authelia auth"]);
    assert.deepEqual(asked("https://auth.example.org/verify"), []);
  });

  it("the Secrets of apps that somebody else makes, with the keys that are listed", () => {
    const config = configured({
      apps: [
        app({
          secrets: [
            { name: "own", keys: [{ key: "a", generate: 16 }] },
            { name: "db", madeBy: "cnpg", keys: [{ key: "uri" }] },
          ],
        }),
      ],
    });
    const secrets = referencesOf(config, "kubectl").filter(({ kind }) => kind === "Secret");
    assert.deepEqual(
      secrets.map(({ namespace, name, key, holds }) => [namespace, name, key, holds]),
      [["notes", "db", "homelab:apps[0].secrets[1]", ["uri"]]],
    );
    assert.match(secrets[0]!.otherwise!, /^cnpg makes it/);
  });

  it("K3s's own definition where its Traefik is to be tuned", () => {
    assert.ok(
      references({ routing: { tuneTraefik: true } }).includes("CustomResourceDefinition helmchartconfigs.helm.cattle.io"),
    );
    assert.ok(!references().join().includes("helmchartconfigs"));
  });

  it("no namespace twice", () => {
    const shared = {
      namespaces: [{ name: "media" }],
      apps: ["a", "b"].map((name) => app({ name, namespace: "media", route: { service: "web", port: 80 } })),
    };
    assert.deepEqual(factsOf(configured(shared)).routed, ["registry", "media"]);
  });
});

describe("the command that takes a Secret along", () => {
  it("names both namespaces and the cluster, and drops what belongs to the first copy", () => {
    const command = copySecret("wildcard", "default", "registry", "kubectl --context home");
    assert.equal(
      command,
      "kubectl --context home get secret wildcard -n default -o yaml | sed -E '/^  (namespace|uid|resourceVersion|creationTimestamp):/d' | " +
        "kubectl --context home apply -n registry -f -",
    );
  });
});

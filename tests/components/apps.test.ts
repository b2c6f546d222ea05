import assert from "node:assert/strict";
import { luminaApp } from "../fixtures/lumina/app";
import { assertGraph } from "./graph";
import { chartOf, configOf, recordApps, renderApp, type AppBlock } from "./apps";
import { recordPlatform } from "./fixtures";
import { object, objects } from "./objects";
import { plain, visible, type Run } from "./recorder";

const lumina = (more: AppBlock = {}): AppBlock => luminaApp([], more);
const claimed = { persistence: { existingClaim: "lumina-data" } };

describe("an app of the platform", () => {
  it("has what it needs around its chart: namespace, Secret, claims, certificate, route", async () => {
    const run = await recordApps([lumina()]);
    const names = (kind: string) => objects(run, kind).map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`);
    assert.ok(names("Namespace").includes("/lumina"));
    assert.ok(names("NetworkPolicy").includes("lumina/default-deny"));
    assert.ok(names("Secret").includes("lumina/lumina-backend"));
    assert.ok(names("Secret").includes("lumina/registry-pull"));
    assert.deepEqual(
      names("PersistentVolumeClaim")
        .filter((name) => name.startsWith("lumina/"))
        .sort(),
      ["lumina/lumina-data", "lumina/lumina-data-backups"],
    );
    assert.ok(names("Certificate").some((name) => name.startsWith("lumina/")));
    const { spec } = object(run, "IngressRoute", "lumina-https");
    assert.deepEqual(spec.entryPoints, ["websecure"]);
    assert.match(JSON.stringify(spec), /lumina\.example\.test.*\/api/);
  });

  it("asks its route's middlewares in their order, after those that every route has", async () => {
    const middlewares = [
      { rateLimit: { average: 10, burst: 5, period: "1m" } },
      { forwardAuth: { address: "http://auth.auth.svc:9091/verify", authResponseHeaders: ["Remote-User"] } },
      { forwardAuth: { address: "http://other.auth.svc:9091/verify" } },
      { ipAllowList: { ranges: ["10.0.0.0/8"] } },
    ];
    const run = await recordApps([lumina({ route: { service: "frontend", port: 3000, middlewares } })]);
    const { routes } = object(run, "IngressRoute", "lumina-https").spec as { routes: { middlewares: { name: string }[] }[] };
    const names = routes[0]!.middlewares.map(({ name }) => name).filter((name) => name !== "lumina-ranges");
    const own = ["lumina-rate-limit", "lumina-forward-auth", "lumina-forward-auth-2", "lumina-own-ranges"];
    assert.deepEqual(names, ["lumina-headers", ...own]);
    assert.deepEqual(object(run, "Middleware", "lumina-rate-limit").spec, {
      rateLimit: { average: 10, burst: 5, period: "1m" },
    });
  });

  it("is open to the apps that it names, and to their namespaces alone", async () => {
    const other = { name: "lucia", namespace: "agents", chart: "./charts/lumina" };
    const run = await recordApps([lumina({ allowFrom: ["lucia"] }), other]);
    const { metadata, spec } = object(run, "NetworkPolicy", "lumina-allow-from");
    assert.equal(metadata.namespace, "lumina");
    assert.deepEqual(spec, {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "agents" } } }] }],
    });
    assert.equal(objects(run, "NetworkPolicy").filter(({ metadata }) => metadata.name === "lucia-allow-from").length, 0);
  });

  it("registers the same objects at preview as at up", async () => {
    const urns = async (preview: boolean) => (await recordApps([lumina()], preview)).resources.map(({ urn }) => urn);
    assert.deepEqual(await urns(true), await urns(false));
  });

  it("gets its chart last, when its Secret and its claims are there", async () => {
    const { dependencies } = chartOf(await recordApps([lumina()]), "lumina");
    for (const needed of ["secret-lumina-backend", "data-claim", "backups-claim"]) {
      assert.ok(
        dependencies.some((urn) => urn.includes(`::homelab-app-lumina-${needed}`)),
        needed,
      );
    }
  });

  it("keeps secrets out of values, settings and outputs", async () => {
    const given = lumina({
      secrets: [{ name: "lumina-backend", keys: [{ key: "JWT_SECRET_KEY", value: "sesame, sesame and sesame" }] }],
    });
    const run = await recordApps([given]);
    assert.match(JSON.stringify(plain(object(run, "Secret", "lumina-backend").recorded.inputs)), /sesame/);
    assert.doesNotMatch(JSON.stringify(run.resources.map(({ inputs }) => visible(inputs))), /sesame/);
    assert.doesNotMatch(JSON.stringify(visible(run.outputs)), /sesame/);
    assert.doesNotMatch(JSON.stringify(chartOf(run, "lumina")), /sesame/);
  });

  it("outputs its address, and whether it is ready", async () => {
    const { lumina: state } = plain((await recordApps([lumina()])).outputs.apps) as Record<string, Record<string, unknown>>;
    assert.equal(state!.url, "https://lumina.example.test");
    assert.deepEqual(state!.health, ["https://lumina.example.test/"]);
    assert.equal(state!.state, "ready");
  });

  it("keeps its data when it is removed, unless configured otherwise", async () => {
    const claim = async (block: AppBlock) => object(await recordApps([block]), "PersistentVolumeClaim", "lumina-data").recorded;
    assert.equal((await claim(lumina())).retainOnDelete, true);
    const { database } = lumina() as { database: { storage: object } };
    const gone = { ...database, storage: { size: "1Gi", protection: "none" } };
    assert.equal((await claim(lumina({ database: gone }))).retainOnDelete, false);
  });

  it("takes a claim for one pod alone", async () => {
    const { spec } = object(await recordApps([lumina()]), "PersistentVolumeClaim", "lumina-data");
    assert.deepEqual(spec.accessModes, ["ReadWriteOncePod"]);
  });

  it("asks helm for a chart of a repository by name, version and address", async () => {
    const run = await recordApps([{ name: "web", chart: "nginx", version: "1.2.3", repository: "https://charts.example.org" }]);
    const { chart, version, repositoryOpts } = chartOf(run, "web");
    assert.deepEqual([chart, version, repositoryOpts], ["nginx", "1.2.3", { repo: "https://charts.example.org" }]);
  });

  it("leaves the others alone when one comes or goes", async () => {
    const web = { name: "web", chart: "oci://charts.example.org/web", version: "1.2.3" };
    const before = await recordApps([lumina()]);
    const after = new Map((await recordApps([web, lumina()])).resources.map((resource) => [resource.urn, resource]));
    for (const { urn, type, inputs } of before.resources) {
      assert.ok(after.has(urn), `${urn} would be deleted`);
      // A chart's settings name a file that is written anew for every run.
      if (!type.includes("helm.sh") && urn.includes("homelab-app-lumina")) assert.deepEqual(after.get(urn)!.inputs, inputs, urn);
    }
  });

  it("holds together with the rest", async () => {
    // The Services that a route goes to are the chart's, which is rendered elsewhere.
    assertGraph(await recordApps([lumina({ route: undefined })]));
  });
});

describe("an app that cannot be deployed is refused before anything is made", function () {
  // helm itself is built on a machine that has none.
  this.timeout(600_000);
  const refused: Array<[string, AppBlock, RegExp]> = [
    [
      "values that the chart's schema refuses",
      lumina({ values: { chatbot: { image: { tag: "latest" } } } }),
      /chatbot[\s\S]*tag/,
    ],
    ["a second writer", lumina({ values: { backend: { ...claimed, replicaCount: 2 } } }), /replicaCount/],
    [
      "a Secret that nobody makes",
      lumina({ secrets: [] }),
      /The app lumina .*[\s\S]*reads the Secret lumina-backend, which nobody makes/,
    ],
    [
      "objects of the whole cluster",
      { name: "wide", chart: "./tests/fixtures/charts/wide" },
      /The app wide .*[\s\S]*ClusterRole everything belongs to the whole cluster/,
    ],
    [
      "a route to a Service that the chart does not have",
      lumina({ route: { service: "web", port: 80 } }),
      /The app lumina .*[\s\S]*route goes to the Service web, port 80, and the chart has backend:8000/,
    ],
    [
      "a port of the nodes that is not listed",
      lumina({ values: { backend: claimed, frontend: { service: { type: "NodePort" } } } }),
      /Service frontend opens a port on every node \(30080\)/,
    ],
    ["a database whose claim the chart does not take", lumina({ values: {} }), /the chart makes the claim lumina-data itself/],
    ["a workload of a single pod that is not there", lumina({ single: ["worker"] }), /single names worker, and the chart has/],
  ];
  for (const [what, block, words] of refused) {
    it(what, async () => {
      const found = await renderApp(block);
      assert.notEqual(found.status, 0);
      assert.match(found.words, words);
      assert.doesNotMatch(found.words, /\n\s+at .*\.[jt]s:\d+/);
    });
  }

  it("a chart that is not there", async () => {
    await assert.rejects(recordApps([lumina({ chart: "./charts/nope" })]), /The app lumina: \.\/charts\/nope is no chart/);
  });

  it("a values file that is not there", async () => {
    await assert.rejects(
      recordApps([lumina({ valueFiles: ["./nope.yaml"] })]),
      /The app lumina: there is no values file \.\/nope\.yaml/,
    );
  });

  it("an image archive that is not there", async () => {
    const images = { fromPlatform: true, push: [{ name: "a:1", archive: "./nope.tar" }] };
    await assert.rejects(recordApps([lumina({ images })]), /The app lumina: there is no image archive \.\/nope\.tar/);
  });
});

describe("a preview of an app without a cluster", () => {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "web", namespace: "web" },
    stringData: { token: "sesame" },
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "web" },
    spec: { ports: [{ port: 80 }] },
  };
  const web = { name: "web", chart: "./tests/fixtures/charts/wide" };
  const record = (...rendered: unknown[]) =>
    recordApps([web], true, {
      charts: ({ release_name }) =>
        release_name === "probe" ? [{ kind: "ConfigMap", data: { cluster: "false" } }] : structuredClone(rendered),
    });
  const below = ({ resources }: Run) => resources.filter(({ parent }) => parent.includes("helm.sh/v4:Chart"));

  it("has the objects of its chart, by the names and below the chart that a deployment gives them", async () => {
    const run = await record(service);
    assert.deepEqual(
      below(run).map(({ type, name, parent }) => [type, name, parent.split("::").at(-1)]),
      [["kubernetes:core/v1:Service", "homelab-app-web-chart:web/web", "homelab-app-web-chart"]],
    );
  });

  it("prints no value of a Secret", async () => {
    const [found] = below(await record(secret));
    assert.match(JSON.stringify(plain(found!.inputs)), /sesame/);
    assert.doesNotMatch(JSON.stringify(visible(found!.inputs)), /sesame/);
  });

  it("fits the objects to the platform, as helm's post-renderer does", async () => {
    const spec = { template: { metadata: {}, spec: { containers: [{ name: "web", image: "web:1" }] } } };
    const [found] = below(await record({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec }));
    assert.match(JSON.stringify(plain(found!.inputs)), /"enableServiceLinks":false/);
  });

  it("is refused for what a deployment would be refused for", async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "more" } };
    await assert.rejects(record(namespace), /The app web cannot be deployed.*\n.*Namespace more belongs to the whole cluster/);
  });
});

describe("artifacts of the registry", () => {
  const record = (file: string, mediaType = "application/json") =>
    recordPlatform((config) => {
      config.artifacts = [{ name: "agents/plan:v1", file, mediaType }];
    });

  it("are pushed when the registry is up, and again only when their content is another one", async () => {
    const command = async (...args: Parameters<typeof record>) =>
      (await record(...args)).resources.find(({ type }) => type === "command:local:Command")!;
    const pushed = await command("package.json");
    assert.ok(pushed.dependencies.some((urn) => urn.includes("homelab-registry")));
    const triggers = async (...args: Parameters<typeof record>) => plain((await command(...args)).inputs.triggers);
    assert.deepEqual(await triggers("package.json"), plain(pushed.inputs.triggers));
    assert.notDeepEqual(await triggers("tsconfig.json"), plain(pushed.inputs.triggers));
    assert.doesNotMatch(JSON.stringify(visible(pushed.inputs)), /generated-for/);
  });

  it("that are not there are named", async () => {
    await assert.rejects(record("./nope.json"), /The artifact agents\/plan:v1: there is no file \.\/nope\.json/);
  });
});

describe("the configuration of apps", () => {
  it("gives defaults that keep data and bound the wait", () => {
    const [app] = configOf(lumina()).apps;
    assert.equal(app!.database!.storage.protection, "retain");
    assert.equal(app!.readyWithin, 300);
    assert.deepEqual(app!.route!.health, ["/"]);
  });
});

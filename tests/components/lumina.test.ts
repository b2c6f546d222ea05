import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { containersOf, podTemplateOf, type Container, type KubeObject } from "../../components/services/apps/adapt/objects";
import { root } from "../../shared/paths";
import { exampleOf } from "../config/examples";
import { luminaApp } from "../fixtures/lumina/app";
import { ensureHelm, rendered, renderApp, type Rendered } from "./apps";

const chart = join(root, "charts", "lumina");
const server = "registry.example.test";

/** The chart by itself, as anybody's helm renders it. */
async function template(values: object, ...args: string[]): Promise<{ status: number; words: string; objects: KubeObject[] }> {
  const helm = await ensureHelm();
  const answer = spawnSync(helm, ["template", "lumina", chart, "--namespace", "home", "--values", "-", ...args], {
    encoding: "utf8",
    input: JSON.stringify(values),
  });
  const objects = parseAllDocuments(answer.stdout).map((document): unknown => ("toJS" in document ? document.toJS() : undefined));
  return {
    status: answer.status ?? 1,
    words: answer.stderr,
    objects: objects.filter((object) => object !== null) as KubeObject[],
  };
}

const containers = (object: KubeObject): Container[] => containersOf(podTemplateOf(object)!);

describe("the chart of Lumina", function () {
  // helm itself is built on a machine that has none.
  this.timeout(600_000);
  let alone: Awaited<ReturnType<typeof template>>;

  before(async () => {
    alone = await template({});
  });

  const find = (kind: string, name: string) => rendered(alone, kind, name);

  it("renders three workloads, each with its Service and ConfigMap", () => {
    assert.equal(alone.status, 0, alone.words);
    for (const part of ["backend", "frontend", "chatbot"]) {
      for (const kind of ["Deployment", "Service", "ConfigMap"]) find(kind, part);
    }
  });

  it("has no Ingress, no objects of the cluster, and no Secret of its own", () => {
    const kinds = [...new Set(alone.objects.map(({ kind }) => kind))].sort();
    assert.deepEqual(kinds, ["ConfigMap", "Deployment", "PersistentVolumeClaim", "Service"]);
  });

  it("asks for 250m and 256Mi and bounds each pod at 500m and 512Mi", () => {
    for (const part of ["backend", "frontend", "chatbot"]) {
      assert.deepEqual(containers(find("Deployment", part))[0]!.resources, {
        requests: { cpu: "250m", memory: "256Mi" },
        limits: { cpu: "500m", memory: "512Mi" },
      });
    }
  });

  it("gives all three a startup, a readiness and a liveness probe", () => {
    for (const [part, path] of [
      ["backend", "/api/health"],
      ["frontend", "/health"],
      ["chatbot", "/health"],
    ] as const) {
      const [container] = containers(find("Deployment", part));
      for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
        assert.equal((container![probe] as { httpGet: { path: string } }).httpGet.path, path, `${part} ${probe}`);
      }
    }
  });

  it("lets one backend write, never two", () => {
    const { spec } = find("Deployment", "backend");
    assert.equal(spec!.replicas, 1);
    assert.deepEqual(spec!.strategy, { type: "Recreate" });
    assert.equal((podTemplateOf(find("Deployment", "backend"))!.spec.securityContext ?? {}).fsGroup, 1000);
  });

  it("names the other parts by the namespace that it is in, with four slashes before the database", () => {
    assert.equal(find("ConfigMap", "backend").data!.AGENT_BASE_URL, "http://chatbot.home.svc.cluster.local:8001");
    assert.equal(find("ConfigMap", "chatbot").data!.API_BASE_URL, "http://backend.home.svc.cluster.local:8000");
    assert.equal(find("ConfigMap", "backend").data!.DATABASE_URL, "sqlite:////app/data/lumina.db");
  });

  it("keeps secrets out: they come by name", () => {
    const [container] = containers(find("Deployment", "backend"));
    assert.ok(container!.envFrom?.some(({ secretRef }) => secretRef?.name === "lumina-backend"));
    assert.doesNotMatch(JSON.stringify(alone.objects), /JWT_SECRET_KEY|SMTP_PASS|API_KEY/);
  });

  it("opens port 30080 with the values of the dev stack alone", async () => {
    const service = async (values: string) =>
      rendered(await template({}, "--values", join(chart, values)), "Service", "frontend").spec!;
    assert.deepEqual(
      [(await service("values-dev.yaml")).type, (await service("values-dev.yaml")).ports![0]!.nodePort],
      ["NodePort", 30080],
    );
    assert.equal((await service("values-homelab.yaml")).type, "ClusterIP");
  });

  it("has its parts as folders and no archive beside them", () => {
    assert.deepEqual(readdirSync(join(chart, "charts")).sort(), ["backend", "chatbot", "frontend"]);
  });

  it("restarts a part whose environment changes", async () => {
    const annotations = async (values: object) =>
      podTemplateOf(rendered(await template(values), "Deployment", "chatbot"))!.metadata!.annotations;
    assert.notDeepEqual(await annotations({ chatbot: { env: { MODE: "loud" } } }), await annotations({}));
  });

  const refused: Array<[string, object, RegExp]> = [
    ["two backends", { backend: { replicaCount: 2 } }, /replicaCount/],
    ["a backend open to the nodes", { backend: { service: { type: "NodePort" } } }, /type/],
    ["an image without a fixed version", { frontend: { image: { tag: "latest" } } }, /tag/],
    ["a port of the nodes out of range", { frontend: { service: { nodePort: 80 } } }, /nodePort/],
    ["resources without limits", { chatbot: { resources: { limits: null } } }, /limits/],
    ["a part that it does not have", { database: {} }, /database/],
    ["a misspelt key of the claim", { backend: { persistence: { sise: "1Gi" } } }, /sise/],
    ["a claim without a size", { backend: { persistence: { size: "big" } } }, /size/],
  ];
  for (const [what, values, words] of refused) {
    it(`refuses ${what}`, async () => {
      const { status, words: said } = await template(values);
      assert.notEqual(status, 0);
      assert.match(said, words);
    });
  }
});

describe("Lumina as the platform deploys it", function () {
  this.timeout(600_000);
  let app: Rendered;

  before(async () => {
    app = await renderApp(luminaApp([]));
  });

  it("takes every image from the platform's registry, with the pull secret", () => {
    for (const part of ["backend", "frontend", "chatbot"]) {
      const { spec } = podTemplateOf(rendered(app, "Deployment", part))!;
      for (const { image } of spec.containers) assert.match(image!, new RegExp(`^${server}/lumina/`));
      assert.deepEqual(spec.imagePullSecrets, [{ name: "registry-pull" }]);
    }
  });

  it("uses the platform's claim, and makes none", () => {
    assert.equal(app.objects.filter(({ kind }) => kind === "PersistentVolumeClaim").length, 0);
    const { volumes } = podTemplateOf(rendered(app, "Deployment", "backend"))!.spec;
    assert.ok(volumes!.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === "lumina-data"));
  });

  it("has a copier of the database in the same pod, which sees what the program sees", () => {
    const [backend, copier] = podTemplateOf(rendered(app, "Deployment", "backend"))!.spec.containers;
    assert.equal(copier!.name, "sqlite-backup");
    assert.ok(copier!.volumeMounts!.some(({ mountPath }) => mountPath === backend!.volumeMounts![0]!.mountPath));
    assert.deepEqual(
      copier!.env!.map(({ name, value }) => `${name}=${value}`),
      ["DATABASES=/app/data/lumina.db", "MOUNTS=/app/data", "EVERY_MINUTES=1440", "KEEP=3"],
    );
  });

  it("tells other linters not to ask for more pods where there is one, if its block says so, and nothing else changes", async () => {
    const told = await renderApp(luminaApp([], { linterAnnotations: true, single: ["chatbot"] }));
    const reason = (part: string) =>
      rendered(told, "Deployment", part).metadata.annotations?.["ignore-check.kube-linter.io/minimum-three-replicas"];
    assert.deepEqual(["backend", "chatbot", "frontend"].map(reason), ["SQLite has one writer", "it has one pod", undefined]);
    const silent = await renderApp(luminaApp([], { single: ["chatbot"] }));
    const bare = ({ objects }: Rendered) =>
      structuredClone(objects).map((object) => {
        const kept = Object.entries(object.metadata.annotations ?? {}).filter(
          ([key]) => !/kube-linter|kube-score|polaris/.test(key),
        );
        return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(kept) } };
      });
    assert.deepEqual(bare(told), bare(silent));
    assert.doesNotMatch(JSON.stringify(silent.objects), /kube-linter|kube-score|polaris/);
  });

  it("is the example of the stack file, word for word deployable", async () => {
    const [example] = exampleOf("apps") as Parameters<typeof renderApp>[0][];
    const found = await renderApp(example!);
    assert.equal(found.status, 0, found.words);
    rendered(found, "Deployment", "backend");
  });
});

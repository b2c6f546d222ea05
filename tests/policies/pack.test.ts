import assert from "node:assert/strict";
import { join } from "node:path";
import manifest from "../../policies/package.json";
import { RULES } from "../../policies/rules";
import { root } from "../../shared/paths";
import { Analyzer, Resource, urnOf } from "./analyzer";
import { deployment, resources, sqlite } from "./deployments";

const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";

describe("the policy pack, as the engine runs it", function () {
  this.timeout(60_000);
  let analyzer: Analyzer;

  /** Recommendations that the objects of these tests do not follow. */
  const quiet = { probes: { enforcementLevel: "disabled" }, "network-policies": { enforcementLevel: "disabled" } } as const;
  const configure = (config: Parameters<Analyzer["configure"]>[0]) => analyzer.configure({ ...quiet, ...config });

  before(async () => {
    analyzer = await Analyzer.start();
  });
  beforeEach(() => configure({}));
  after(() => analyzer.stop());

  it("offers every rule, with the settings first and the advice last", async () => {
    assert.deepEqual(await analyzer.policies(), ["settings", ...RULES.map(({ id }) => id), "advice"]);
  });

  it("tells Pulumi its name and version, and each rule's title, level, severity, tags and parameters", async () => {
    const info = await analyzer.info();
    assert.deepEqual([info.getName(), info.getVersion(), info.getDisplayname()], [manifest.name, manifest.version, "Homelab"]);
    const policies = new Map(info.getPoliciesList().map((policy) => [policy.getName(), policy]));
    for (const { id, title, level, severity, tags, remediation, params } of RULES) {
      const policy = policies.get(id)!;
      assert.deepEqual(
        [policy.getDisplayname(), policy.getEnforcementlevel(), policy.getSeverity(), policy.getTagsList()],
        [title, ["advisory", "mandatory"].indexOf(level), ["low", "medium", "high", "critical"].indexOf(severity) + 1, tags],
      );
      assert.equal(policy.getRemediationSteps(), remediation);
      assert.deepEqual(policy.getConfigschema()!.getProperties()!.toJavaScript(), params);
    }
    const settings = policies.get("settings")!.getConfigschema()!.getProperties()!.toJavaScript();
    assert.deepEqual(Object.keys(settings).sort(), ["exemptions", "maxExemptionDays", "strict"]);
  });

  it("refuses keys of the configuration that nobody reads, and amounts that are none", async () => {
    const wrong = { maxMemry: "1Gi", maxCpu: "lots" };
    await configure({ "container-resources": { enforcementLevel: "mandatory", ...wrong } });
    const found = await analyzer.analyze({ type: "pulumi:pulumi:Stack", name: "test-test", props: {} });
    assert.deepEqual(
      found.map(({ policy, level }) => [policy, level]),
      [
        ["container-resources", "mandatory"],
        ["container-resources", "mandatory"],
      ],
    );
    const messages = found.map(({ message }) => message).join("\n");
    assert.match(messages, /container-resources\.maxMemry is not known \(allowed: maxCpu/);
    assert.match(messages, /container-resources\.maxCpu must be a Kubernetes quantity/);
    await configure({ settings: { enforcementLevel: "mandatory", exemption: [] } });
    const [unread] = await analyzer.analyzeStack([]);
    assert.match(
      unread!.message,
      /\[settings\] settings\.exemption is not known \(allowed: strict, exemptions, maxExemptionDays\)/,
    );
  });

  it("is the same to Pulumi's own runner, which a checkout's `--policy-pack policies` comes to", async () => {
    const other = await Analyzer.start(join(root, "policies"), root);
    try {
      assert.deepEqual(await other.policies(), await analyzer.policies());
    } finally {
      await other.stop();
    }
  });

  it("refuses what an object shows by itself, and names rule, object and fix", async () => {
    const found = await analyzer.analyze(
      deployment("todo", { ...sqlite, resources: {} }, { replicas: 2, strategy: { type: "Recreate" } }),
    );
    assert.deepEqual(
      found.map(({ policy, level }) => [policy, level]),
      [
        ["container-resources", "mandatory"],
        ["single-writer-sqlite", "mandatory"],
      ],
    );
    assert.match(
      found[1]!.message,
      /^A SQLite .*\n\[single-writer-sqlite\] Deployment apps\/todo: keeps SQLite \(environment variable "DATABASE_URL" .*Fix: set replicas: 1\.$/s,
    );
  });

  it("never prints the value of a variable", async () => {
    const found = await analyzer.analyze(deployment("todo", sqlite, { replicas: 2 }));
    assert.ok(found.length > 0);
    assert.ok(found.every(({ message }) => !message.includes("secret-name")));
  });

  it("lets a good object pass, and resources that are none of Kubernetes", async () => {
    assert.deepEqual(await analyzer.analyze(deployment("todo", sqlite, { strategy: { type: "Recreate" } })), []);
    assert.deepEqual(
      await analyzer.analyze({ type: "random:index/randomPassword:RandomPassword", name: "p", props: { length: 3 } }),
      [],
    );
    assert.deepEqual(await analyzer.analyze({ type: "pulumi:pulumi:Stack", name: "s", props: {} }), []);
  });

  it("judges what helm makes for an app like the objects themselves, and changes nothing of it", async () => {
    const { props } = deployment("todo", { resources: {} });
    const shown = { type: "homelab:apps:ReleasedObject", name: "shown", under: "homelab:apps:HelmApp$", props };
    const found = (await analyzer.analyze(shown))[0]!;
    assert.match(found.message, /Deployment apps\/todo: container "web" has no/);
    await configure({ "container-resources": { enforcementLevel: "remediate" } });
    assert.notEqual(await analyzer.remediate(deployment("todo", { resources: {} })), undefined);
    assert.equal(await analyzer.remediate(shown), undefined);
  });

  it("lets a release pass only where its objects are shown, which an app's are", async () => {
    const release = { type: "kubernetes:helm.sh/v3:Release", name: "web", props: { chart: "web", values: {} } };
    assert.deepEqual(await analyzer.analyze({ ...release, under: "homelab:apps:HelmApp$" }), []);
    for (const under of ["", "homelab:apps:HelmApp$a:b:C$", "a:b:HelmApp$"]) {
      const found = await analyzer.analyze({ ...release, under });
      assert.deepEqual(
        found.map(({ policy }) => policy),
        ["opaque-releases"],
        under,
      );
    }
  });

  it("sees Patch and List resources", async () => {
    const { props } = deployment("todo", { resources: {} });
    const patch = (await analyzer.analyze({ type: "kubernetes:apps/v1:DeploymentPatch", name: "patch", props }))[0]!;
    assert.match(patch.message, /DeploymentPatch apps\/todo: container "web" has no/);
    const [item] = await analyzer.analyze({ type: "kubernetes:apps/v1:DeploymentList", name: "list", props: { items: [props] } });
    assert.match(item!.message, /Deployment apps\/todo: container "web" has no/);
  });

  it("knows custom resources by their type token, whatever their properties say", async () => {
    const props = { metadata: { name: "web" }, spec: { entryPoints: ["web"], routes: [{ services: [{ name: "web" }] }] } };
    const found = (await analyzer.analyze({ type: "kubernetes:traefik.io/v1alpha1:IngressRoute", name: "web", props }))[0]!;
    assert.equal(found.policy, "https-only");
  });

  it("names an object without a name by its resource", async () => {
    const [found] = await analyzer.analyze({
      type: "kubernetes:core/v1:Pod",
      name: "loner",
      props: { spec: { containers: [{ name: "c" }] } },
    });
    assert.match(found!.message, /Pod loner: /);
  });

  it("refuses what only several objects show, at the right one", async () => {
    const scaler: Resource = {
      type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
      name: "scaler",
      props: {
        metadata: { name: "todo", namespace: "apps" },
        spec: { scaleTargetRef: { kind: "Deployment", name: "todo" }, maxReplicas: 3 },
      },
    };
    const found = await analyzer.analyzeStack([deployment("todo", sqlite, { strategy: { type: "Recreate" } }), scaler]);
    assert.deepEqual(
      found.map(({ policy, level, urn }) => [policy, level, urn]),
      [["single-writer-sqlite", "mandatory", urnOf(scaler)]],
    );
  });

  it("says what it cannot verify, as advice, and still says the rest", async () => {
    const unknown = deployment(
      "todo",
      { ...sqlite, resources: { ...resources, limits: { cpu: UNKNOWN_STRING } } },
      { replicas: UNKNOWN_NUMBER },
    );
    const found = await analyzer.analyze(unknown);
    assert.deepEqual(
      found.map(({ policy, level, message }) => [policy, level, /Deployment apps\/todo: (.{60})/.exec(message)?.[1]]),
      [
        ["container-resources", "mandatory", 'container "web" has no memory limit. Fix: set resources.limi'],
        ["single-writer-sqlite", "mandatory", 'keeps SQLite (environment variable "DATABASE_URL" of contain'],
        ["advice", "advisory", "cannot be verified: spec.template.spec.containers[0].resourc"],
        ["advice", "advisory", "cannot be verified: spec.replicas is not known before the de"],
      ],
    );
  });

  it("refuses what it cannot verify in strict mode", async () => {
    await configure({ settings: { enforcementLevel: "mandatory", strict: true } });
    const found = await analyzer.analyze(
      deployment("todo", sqlite, { replicas: UNKNOWN_NUMBER, strategy: { type: "Recreate" } }),
    );
    assert.deepEqual(
      found.map(({ policy, level }) => [policy, level]),
      [["single-writer-sqlite", "mandatory"]],
    );
    assert.match(found[0]!.message, /cannot be verified: spec\.replicas/);
  });
});

import assert from "node:assert/strict";
import { today } from "../../policies/configuration";
import { daysAfter } from "../../policies/exemptions";
import { Analyzer, type Resource } from "./analyzer";
import { deployment, sqlite } from "./deployments";

describe("the settings of the policy pack", function () {
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

  it("takes levels and parameters from the configuration", async () => {
    await configure({
      "container-resources": { enforcementLevel: "advisory", maxMemory: "16Mi" },
      "single-writer-sqlite": { enforcementLevel: "disabled" },
    });
    const found = await analyzer.analyze(deployment("todo", sqlite, { replicas: 2 }));
    assert.deepEqual(
      found.map(({ policy, level }) => [policy, level]),
      [["container-resources", "advisory"]],
    );
    assert.match(found[0]!.message, /memory limit above 16Mi/);
    assert.deepEqual(await analyzer.analyzeStack([deployment("todo", sqlite, { replicas: 2 })]), []);
  });

  it("honours exemptions until they expire, and then refuses them", async () => {
    const entry = {
      rule: "single-writer-sqlite",
      object: { kind: "Deployment", namespace: "apps", name: "to*" },
      reason: "moves to PostgreSQL soon",
      owner: "ops",
    };
    const bad = deployment("todo", sqlite, { replicas: 2 });
    await configure({ settings: { enforcementLevel: "mandatory", exemptions: [{ ...entry, expires: daysAfter(today(), 30) }] } });
    assert.deepEqual(await analyzer.analyze(bad), []);
    assert.deepEqual(await analyzer.analyzeStack([bad]), []);
    await configure({ settings: { enforcementLevel: "mandatory", exemptions: [{ ...entry, expires: "2020-02-29" }] } });
    assert.equal((await analyzer.analyze(bad)).length, 2);
    const expired = (await analyzer.analyzeStack([bad]))[0]!;
    assert.match(expired.message, /expired on 2020-02-29\. Fix: ops renews it/);
    assert.equal(expired.level, "mandatory");
  });

  it("lets the ports pass that an app declares, with its reason, and no others", async () => {
    const expose = [{ service: "dns", ports: ["admin"], reason: "a reason that is shown", allowedRanges: [] }];
    const service = (name: string): Resource => ({
      type: "kubernetes:core/v1:Service",
      name,
      props: { metadata: { name: "dns-exposed", namespace: "apps" }, spec: { type: "NodePort", ports: [{ name, port: 8053 }] } },
    });
    assert.deepEqual(
      (await analyzer.analyze(service("admin"))).map(({ level }) => level),
      ["mandatory"],
    );
    await analyzer.analyze({ type: "homelab:apps:HelmApp", name: "dns", props: { app: "dns", namespace: "apps", expose } });
    const [said, ...others] = await analyzer.analyze(service("admin"));
    assert.deepEqual([said!.policy, said!.level, others], ["advice", "advisory", []]);
    assert.match(
      said!.message,
      /\[https-only\] Service apps\/dns-exposed: .*the app dns declares \(expose\): a reason that is shown/,
    );
    assert.deepEqual(
      (await analyzer.analyze(service("other"))).map(({ level }) => level),
      ["mandatory"],
    );
  });

  it("mends what it may when the level is remediate, and is then content", async () => {
    await configure({
      "container-resources": { enforcementLevel: "remediate" },
      "single-writer-sqlite": { enforcementLevel: "remediate" },
    });
    const bad = deployment(
      "todo",
      { ...sqlite, resources: {} },
      { replicas: 3, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
    );
    const props = await analyzer.remediate(bad);
    assert.ok(props);
    const spec = props.spec as Record<string, unknown>;
    assert.deepEqual([spec.replicas, spec.strategy], [1, { type: "Recreate" }]);
    assert.deepEqual(await analyzer.analyze({ ...bad, props }), []);
    assert.equal(await analyzer.remediate({ ...bad, props }), undefined);
  });

  it("keeps secret what was secret when it mends", async () => {
    await configure({ "single-writer-sqlite": { enforcementLevel: "remediate" } });
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "sqlite:////data/a.db" };
    const bad = deployment(
      "todo",
      { image: { ...secret, value: "web:1" }, env: [{ name: "DATABASE_URL", value: secret }] },
      { replicas: 2 },
    );
    const props = await analyzer.remediate(bad);
    const { spec } = props as {
      spec: { replicas: number; template: { spec: { containers: { image: unknown; env: { value: unknown }[] }[] } } };
    };
    assert.equal(spec.replicas, 1);
    assert.deepEqual(spec.template.spec.containers[0]!.env[0]!.value, secret);
    assert.deepEqual(spec.template.spec.containers[0]!.image, { ...secret, value: "web:1" });
  });
});

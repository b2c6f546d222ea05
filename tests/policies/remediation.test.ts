import assert from "node:assert/strict";
import { completeResources, USUAL_RESOURCES } from "../../kubernetes/resources";
import { Field, isRecord } from "../../kubernetes/objects/field";
import { UNKNOWN } from "../../kubernetes/objects/unknown";
import { parseDocuments, readDocument } from "../../kubernetes/yaml";
import { type Judging, judgeObject, remedyOf, type Setting } from "../../policies/core/evaluate";
import { expand, type ObjectView } from "../../policies/core/object";
import { withDefaults } from "../../policies/core/schema";
import { Exemptions } from "../../policies/exemptions";
import { RULES } from "../../policies/rules";
import { Analyzer, type Resource } from "./analyzer";

const judging: Judging = { exemptions: Exemptions.none, strict: false };
const FIXED = RULES.filter(({ fix }) => fix);

function settingOf(id: string, params: Record<string, unknown> = {}): Setting {
  const policy = RULES.find((rule) => rule.id === id)!;
  return { policy, params: withDefaults(policy.params, params), level: "mandatory" };
}

function viewOf(document: unknown): ObjectView {
  return expand(document as { apiVersion: string; kind: string }, new Field(document))[0]!;
}

const refusals = (setting: Setting, view: ObjectView) =>
  judgeObject(setting, view, judging).filter(({ level }) => level === "mandatory");

/** `?` in the text stands for a value that is not known yet. */
const object = (yaml: string) => viewOf(readDocument(yaml.replaceAll("?", UNKNOWN)));

const pod = (resources: string) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, resources: ${resources}}]}}`;
const keepsSqlite = (spec: string) =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: a}, spec: {${spec}, template: {spec: {containers: [{name: c, env: [{name: URL, value: "sqlite:////v/a.db"}], volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}}}}`;

describe("remediation", () => {
  for (const { id, bad } of FIXED) {
    it(`leaves what ${id} refuses as it is, or the rule has no more to say`, () => {
      const counts = { mended: 0, left: 0 };
      for (const { title, yaml, params } of bad) {
        const setting = settingOf(id, params);
        for (const document of parseDocuments(yaml)) {
          if (!("value" in document) || !isRecord(document.value) || document.value.kind === "List") continue;
          const view = viewOf(document.value);
          const remedy = remedyOf(setting, view, judging);
          assert.equal(remedy !== undefined, refusals(setting, view).length > 0, title);
          if (remedy === undefined) continue;
          if ("object" in remedy) assert.deepEqual(refusals(setting, viewOf(remedy.object)), [], title);
          else assert.match(remedy.reason, /./);
          counts["object" in remedy ? "mended" : "left"]++;
        }
      }
      assert.ok(counts.mended > 0 && counts.left > 0, JSON.stringify(counts));
    });
  }

  it("changes nothing that is exempt", () => {
    const view = object(keepsSqlite("replicas: 3"));
    const entry = { rule: "single-writer-sqlite", object: { name: "d" }, reason: "an agreed exception", owner: "ops" };
    const exemptions = new Exemptions([{ ...entry, expires: "2026-06-30" }], [entry.rule], "2026-06-30");
    assert.ok(remedyOf(settingOf(entry.rule), view, judging));
    assert.equal(remedyOf(settingOf(entry.rule), view, { exemptions, strict: false }), undefined);
  });

  const computed: [string, string, string, RegExp | object][] = [
    ["a limit that is not known", "container-resources", pod("{limits: {cpu: 1, memory: ?}}"), /has no memory request/],
    ["a request that is not known", "container-resources", pod("{requests: {cpu: ?, memory: 64Mi}}"), /has no cpu limit/],
    ["a limit that is no amount", "container-resources", pod("{limits: {cpu: 1, memory: lots}}"), /has no memory request/],
    [
      "a strategy that is not known",
      "single-writer-sqlite",
      keepsSqlite("replicas: 2, strategy: ?"),
      { replicas: 1, strategy: UNKNOWN },
    ],
    [
      "a type of strategy that is not known",
      "single-writer-sqlite",
      keepsSqlite("replicas: 2, strategy: {type: ?}"),
      { replicas: 1, strategy: { type: UNKNOWN } },
    ],
    [
      "replicas that are not known",
      "single-writer-sqlite",
      keepsSqlite("replicas: ?"),
      { replicas: UNKNOWN, strategy: { type: "Recreate" } },
    ],
    ["replicas as text", "single-writer-sqlite", keepsSqlite('replicas: "3"'), { replicas: 1, strategy: { type: "Recreate" } }],
  ];
  for (const [title, id, yaml, expected] of computed) {
    it(`computes nothing with ${title}`, () => {
      const remedy = remedyOf(settingOf(id), object(yaml), judging);
      assert.ok(remedy);
      if (expected instanceof RegExp) {
        assert.ok("reason" in remedy, JSON.stringify(remedy));
        assert.match(remedy.reason, expected);
      } else {
        assert.ok("object" in remedy, JSON.stringify(remedy));
        const { spec } = remedy.object as { spec: { replicas: unknown; strategy: unknown } };
        assert.deepEqual({ replicas: spec.replicas, strategy: spec.strategy }, expected);
      }
    });
  }

  it("has nothing to do with resources that are not known", () => {
    assert.equal(remedyOf(settingOf("container-resources"), object(pod("?")), judging), undefined);
  });

  it("fills in no half of a pair whose other half is no amount", () => {
    for (const amount of [UNKNOWN, "lots", {}, true]) {
      assert.deepEqual(completeResources({ limits: { cpu: amount, memory: "128Mi" } }, USUAL_RESOURCES).requests, {
        memory: "64Mi",
      });
      assert.deepEqual(completeResources({ requests: { cpu: amount } }, USUAL_RESOURCES).limits, { memory: "512Mi" });
    }
  });
});

describe("remediation, as the engine runs it", function () {
  this.timeout(60_000);
  let analyzer: Analyzer;
  const loner: Resource = { type: "kubernetes:core/v1:Pod", name: "loner", props: { spec: { containers: [{ name: "c" }] } } };
  const remediate = { "container-resources": { enforcementLevel: "remediate" } } as const;

  before(async () => {
    analyzer = await Analyzer.start();
  });
  after(() => analyzer.stop());

  it("changes nothing that is exempt by the resource's logical name", async () => {
    const entry = {
      rule: "container-resources",
      reason: "an agreed exception",
      owner: "ops",
      expires: new Date().toISOString().slice(0, 10),
    };
    await analyzer.configure({
      ...remediate,
      settings: { enforcementLevel: "mandatory", exemptions: [{ ...entry, object: { name: "other" } }] },
    });
    assert.notEqual(await analyzer.remediate(loner), undefined);
    await analyzer.configure({
      ...remediate,
      settings: { enforcementLevel: "mandatory", exemptions: [{ ...entry, object: { name: "loner" } }] },
    });
    assert.equal(await analyzer.remediate(loner), undefined);
  });

  it("says in the finding why it left the object as it is", async () => {
    await analyzer.configure(remediate);
    const tooMuch = {
      ...loner,
      props: { spec: { containers: [{ name: "c" }, { name: "d", resources: { limits: { cpu: "64", memory: "1Gi" } } }] } },
    };
    assert.equal(await analyzer.remediate(tooMuch), undefined);
    const [found] = await analyzer.analyze(tooMuch);
    assert.match(found!.message, /Not remediated: .* the object then container "d" has a cpu limit above 4\.$/);
  });
});

describe("the pack with its settings disabled", function () {
  this.timeout(60_000);

  it("says that nothing of them holds, and remediates nothing", async () => {
    const analyzer = await Analyzer.start();
    try {
      await analyzer.configure({
        settings: { enforcementLevel: "disabled", strict: true },
        "container-resources": { enforcementLevel: "remediate" },
      });
      const loner = { type: "kubernetes:core/v1:Pod", name: "loner", props: { spec: { containers: [{ name: "c" }] } } };
      assert.equal(await analyzer.remediate(loner), undefined);
      const [found] = await analyzer.analyze(loner);
      assert.match(found!.message, /"settings" is disabled: strict mode and exemptions do not hold/);
      const stack = await analyzer.analyzeStack([loner]);
      assert.ok(stack.some(({ policy, message }) => policy === "advice" && message.includes('"settings" is disabled')));
    } finally {
      await analyzer.stop();
    }
  });
});

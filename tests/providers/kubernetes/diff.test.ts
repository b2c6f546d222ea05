import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../../lab/providers/kubernetes/config";
import { changesOf, parsePath, pathText, withoutIgnored } from "../../../lab/providers/kubernetes/diff";
import { Engine } from "../../../lab/providers/kubernetes/engine";
import { toState } from "../../../lab/providers/kubernetes/checkpoint";
import { normalize } from "../../../lab/providers/kubernetes/normalize";
import { check } from "../../../lab/providers/kubernetes/operations/check";
import { diff, type DiffResult } from "../../../lab/providers/kubernetes/operations/diff";
import { Provider } from "../../../lab/providers/kubernetes/provider";
import { replaces, replacingPaths } from "../../../lab/providers/kubernetes/replacement";
import { UNKNOWN, type PropertyMap } from "../../../lab/providers/kubernetes/values";

interface Case {
  kind: string;
  edit: { path: string; value: unknown; autonamed: boolean };
  diff: Record<string, string>;
  replaceBecause: string[];
  before: PropertyMap;
  after: PropertyMap;
}
const recorded = JSON.parse(readFileSync(join(__dirname, "../../e2e/provider/provider-behaviour.json"), "utf8")) as {
  cases: Case[];
};
const GROUPS: Record<string, string> = {
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  Role: "rbac.authorization.k8s.io/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
  NetworkPolicy: "networking.k8s.io/v1",
  Ingress: "networking.k8s.io/v1",
  StorageClass: "storage.k8s.io/v1",
  PodDisruptionBudget: "policy/v1",
};

/** A provider whose cluster does not exist: all that it answers it knows by itself. */
function offline(settings: Record<string, string> = {}): Provider {
  const config = readConfig(new Map(Object.entries(settings)), {});
  return new Provider(config, new Engine(undefined), new AbortController().signal, { KUBECONFIG: "/does/not/exist" });
}

/** What an edit comes to, for an object that the server took as declared. */
async function planned(kind: string, before: PropertyMap, after: PropertyMap, provider = offline()): Promise<DiffResult> {
  const apiVersion = GROUPS[kind] ?? "v1";
  const type = `kubernetes:${apiVersion}:${kind}`;
  const urn = `urn:pulumi:dev::test::${type}::case`;
  const checked = (news: PropertyMap, olds: PropertyMap): Promise<PropertyMap> =>
    check(provider, {
      urn,
      type,
      name: "case",
      olds,
      news: { apiVersion, kind, ...news },
      seed: Buffer.from("s"),
      autonaming: { mode: "default" },
    });
  const inputs = await checked(before, {});
  const plain = normalize(JSON.parse(JSON.stringify(inputs, (_, value) => value?.value ?? value)) as PropertyMap);
  const live = { ...plain, status: { observed: true }, metadata: { ...(plain.metadata as PropertyMap), uid: "1" } };
  const olds = toState({ inputs: plain, live, initialApiVersion: apiVersion, fieldManager: "m" }, inputs);
  return diff(provider, { urn, type, olds, news: await checked(after, inputs), ignoreChanges: [] });
}

function told(result: DiffResult): Record<string, string> {
  return Object.fromEntries(
    result.changes.map(({ path, kind, replace }) => [pathText(path), replace ? `${kind}-replace` : kind]),
  );
}

describe("kubernetes provider: diff", () => {
  describe("the recorded edits", () => {
    recorded.cases.forEach(({ kind, edit, diff: expected, replaceBecause, before, after }) => {
      it(`${kind}${edit.autonamed ? " (autonamed)" : ""}: ${edit.path} = ${JSON.stringify(edit.value)}`, async () => {
        const result = await planned(kind, before, after);
        assert.deepEqual(told(result), expected);
        const replacing = result.changes.filter(({ replace }) => replace).map(({ path }) => pathText(path));
        assert.deepEqual(replacing, replaceBecause);
      });
    });
  });

  it("deletes first only where old and new have the same name and namespace given by the program", async () => {
    const secret = (metadata: PropertyMap, a: string): PropertyMap => ({ metadata, stringData: { a } });
    const cases: [PropertyMap, PropertyMap, boolean][] = [
      [secret({ name: "n", namespace: "x" }, "1"), secret({ name: "n", namespace: "x" }, "2"), true],
      [secret({ name: "n", namespace: "x" }, "1"), secret({ name: "m", namespace: "x" }, "2"), false],
      [secret({ name: "n", namespace: "x" }, "1"), secret({ name: "n", namespace: "y" }, "2"), false],
      [secret({ namespace: "x" }, "1"), secret({ namespace: "x" }, "2"), false],
      [secret({ name: "n", namespace: "x" }, "1"), secret({ name: "n", namespace: "x", labels: { a: "b" } }, "1"), false],
    ];
    for (const [before, after, first] of cases) {
      assert.equal((await planned("Secret", before, after)).deleteBeforeReplace, first, JSON.stringify(after));
    }
  });

  it("changes Secrets and ConfigMaps in place when the provider says so, unless they are immutable", async () => {
    const mutable = offline({ enableSecretMutable: "true", enableConfigMapMutable: "true" });
    const kinds = async (kind: string, more: PropertyMap): Promise<string[]> => {
      const object = (a: string): PropertyMap => ({ metadata: { name: "n" }, data: { a }, ...more });
      return Object.values(told(await planned(kind, object("MQ=="), object("Mg=="), mutable)));
    };
    assert.deepEqual(await kinds("Secret", {}), ["update"]);
    assert.deepEqual(await kinds("ConfigMap", {}), ["update"]);
    assert.deepEqual(await kinds("Secret", { immutable: true }), ["update-replace"]);
    assert.deepEqual(await kinds("ConfigMap", { immutable: true }), ["update-replace"]);
  });

  it("takes a value that is not known yet for a change", async () => {
    const object = (a: PropertyMap[string]): PropertyMap => ({ metadata: { name: "n" }, stringData: { a } });
    assert.deepEqual(told(await planned("Secret", object("1"), object(UNKNOWN))), { "data.a": "update-replace" });
  });

  const same: [string, PropertyMap, PropertyMap, PropertyMap][] = [
    [
      "quantities in another spelling",
      { spec: { limits: { cpu: "500m" } } },
      { spec: { limits: { cpu: "0.5" } } },
      { spec: { limits: { cpu: "0.5" } } },
    ],
    [
      "empty values that the server drops",
      { spec: {} },
      { spec: { env: [], host: false, n: 0 } },
      { spec: { env: [], host: false, n: 0 } },
    ],
    [
      "empty text that the server fills in",
      { spec: { clusterIP: "10.0.0.1" } },
      { spec: { clusterIP: "" } },
      { spec: { clusterIP: "" } },
    ],
  ];
  for (const [what, live, oldInputs, newInputs] of same) {
    it(`sees no change in ${what}`, () => {
      assert.deepEqual(changesOf({ live, oldInputs, newInputs, replacing: [], builtIn: true }), []);
    });
  }

  it("sees quantities of custom resources and other numbers as they are written", () => {
    const compare = (path: string, builtIn: boolean): number => {
      const object = (value: string): PropertyMap => ({ [path]: { cpu: value } });
      const input = {
        live: object("500m"),
        oldInputs: object("0.5"),
        newInputs: object("0.5"),
        replacing: [],
        builtIn,
      };
      return changesOf(input).length;
    };
    assert.equal(compare("limits", true), 0);
    assert.equal(compare("limits", false), 1);
    assert.equal(compare("data", true), 1);
  });

  it("tells drift from zero: what was scaled in the cluster and read back is a change", () => {
    const object = (replicas: number): PropertyMap => ({ spec: { replicas } });
    const input = { live: object(3), oldInputs: object(3), newInputs: object(0), replacing: [], builtIn: true };
    assert.deepEqual(
      changesOf(input).map(({ path }) => pathText(path)),
      ["spec.replicas"],
    );
  });

  it("compares lists by position", () => {
    const object = (...parts: number[]): PropertyMap => ({ spec: { ports: parts.map((port) => ({ port })) } });
    const between = (live: PropertyMap, newInputs: PropertyMap): string[] =>
      changesOf({ live, oldInputs: live, newInputs, replacing: [], builtIn: true }).map(
        ({ path, kind }) => `${kind} ${pathText(path)}`,
      );
    assert.deepEqual(between(object(1, 2), object(1)), ["delete spec.ports[1]"]);
    assert.deepEqual(between(object(1), object(1, 2)), ["add spec.ports[1]"]);
    assert.deepEqual(between(object(1), object(2)), ["update spec.ports[0].port"]);
  });

  const paths: [string, (string | number)[]][] = [
    ["spec.containers[0].image", ["spec", "containers", 0, "image"]],
    ['metadata.labels["a.b/c"].x', ["metadata", "labels", "a.b/c", "x"]],
    ['metadata.labels["say \\"hi\\""]', ["metadata", "labels", 'say "hi"']],
  ];
  for (const [text, steps] of paths) {
    it(`writes and reads the path ${text}`, () => {
      assert.equal(pathText(steps), text);
      assert.deepEqual(parsePath(text), steps);
    });
  }

  it("refuses what is no path", () => {
    assert.throws(() => parsePath("spec[oops"), /"spec\[oops" is not a property path \(at character 5\)/);
  });

  it("leaves out what ignoreChanges covers", () => {
    const change = (...path: (string | number)[]) => ({ path, kind: "update" as const, replace: false });
    const all = [change("spec", "replicas"), change("spec", "containers", 0, "image"), change("metadata", "labels", "a")];
    const left = (ignored: string[]): string[] => withoutIgnored(all, ignored).map(({ path }) => pathText(path));
    assert.deepEqual(left(["spec.replicas"]), ["spec.containers[0].image", "metadata.labels.a"]);
    assert.deepEqual(left(["spec.containers[*].image", "metadata"]), ["spec.replicas"]);
    assert.deepEqual(left(["spec.rep"]).length, 3);
  });

  it("finds a replacing path inside a subtree that is added as a whole", () => {
    const rules = replacingPaths({ apiVersion: "v1", kind: "Pod" }, { secrets: false, configMaps: false });
    assert.equal(replaces(rules, ["spec", "containers", 0, "image"], "x"), true);
    assert.equal(replaces(rules, ["spec", "containers", 0], { image: "x" }), true);
    assert.equal(replaces(rules, ["spec", "containers", 0], { name: "x" }), false);
    assert.equal(replaces(rules, ["metadata", "labels"], { a: "b" }), false);
  });
});

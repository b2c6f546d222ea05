import assert from "node:assert/strict";
import fc from "fast-check";
import { fromState, toState } from "../../../lab/providers/kubernetes/checkpoint";
import { assignName, isAutonamed } from "../../../lab/providers/kubernetes/naming";
import { normalize, prune, toDashes, toUnderscores, withDeclaredEmpties } from "../../../lab/providers/kubernetes/normalize";
import { kindOfToken, parseId, parseUrn } from "../../../lab/providers/kubernetes/objects";
import { sameQuantity } from "../../../lab/providers/kubernetes/quantity";
import { decode, encode, markSecrets, Secret, UNKNOWN, type PropertyMap } from "../../../lab/providers/kubernetes/values";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("kubernetes provider: values", () => {
  it("survive the way through the protocol", () => {
    const value: PropertyMap = { a: [1, true, null, "x"], b: new Secret({ c: UNKNOWN }), d: UNKNOWN };
    assert.deepEqual(decode(JSON.parse(JSON.stringify(encode(value)))), value);
  });

  it("survive it whatever they are", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes("__proto__"));
        const plain = JSON.parse(JSON.stringify(value));
        assert.deepEqual(encode(decode(plain)), plain);
      }),
    );
  });

  it("are secret where the inputs were, and wherever a Secret carries them", () => {
    const marked = markSecrets(
      { kind: "ConfigMap", data: { open: "1", closed: "2" }, list: ["3", "4"] },
      { data: { closed: new Secret("2") }, list: ["3", new Secret("4")] },
    );
    assert.deepEqual(marked.data, { open: "1", closed: new Secret("2") });
    assert.deepEqual(marked.list, new Secret(["3", "4"]));
    assert.deepEqual(markSecrets({ kind: "Secret", data: { a: "b" } }, {}).data, new Secret({ a: "b" }));
  });

  it("make a state from which inputs, live object and owner come back", () => {
    const inputs: PropertyMap = { apiVersion: "v1", kind: "Secret", data: { a: "b" } };
    const live: PropertyMap = { ...inputs, metadata: { uid: "1" } };
    const state = toState({ inputs, live, initialApiVersion: "v1", fieldManager: "m" }, {});
    assert.ok(state.data instanceof Secret);
    assert.ok((state.__inputs as PropertyMap).data instanceof Secret);
    assert.deepEqual(fromState(state), { inputs, live, initialApiVersion: "v1", fieldManager: "m" });
  });
});

describe("kubernetes provider: the shape of objects", () => {
  const secret = (rest: PropertyMap): PropertyMap => ({ apiVersion: "v1", kind: "Secret", ...rest });
  const folded: [string, PropertyMap, PropertyMap][] = [
    ["stringData becomes data", { stringData: { a: "1" } }, { data: { a: base64("1") } }],
    [
      "stringData wins over data",
      { data: { a: base64("0"), b: base64("2") }, stringData: { a: "ä" } },
      { data: { a: base64("ä"), b: base64("2") } },
    ],
    ["line breaks in data go", { data: { a: "aGVs\nbG8=" } }, { data: { a: "aGVsbG8=" } }],
    ["what is not base64 stays for the server to refuse", { data: { a: "no base64!" } }, { data: { a: "no base64!" } }],
    ["unknown values stay unknown", { stringData: { a: UNKNOWN } }, { data: { a: UNKNOWN } }],
    ["nulls mean not given", { data: { a: null } }, { data: {} }],
    ["an unknown whole stays", { stringData: UNKNOWN }, { stringData: UNKNOWN }],
  ];
  for (const [what, given, expected] of folded) {
    it(`in a Secret ${what}`, () => assert.deepEqual(normalize(secret(given)), secret(expected)));
  }

  it("has no stringData folded in other kinds", () => {
    const custom: PropertyMap = { apiVersion: "x.example/v1", kind: "Secret", stringData: { a: "1" } };
    assert.deepEqual(normalize(custom), custom);
  });

  it("loses what only the server writes", () => {
    const metadata = {
      name: "n",
      uid: "1",
      resourceVersion: "2",
      managedFields: [],
      generation: 1,
      creationTimestamp: "t",
    };
    assert.deepEqual(normalize({ metadata }), { metadata: { name: "n" } });
  });

  it("is pruned to what the inputs speak of", () => {
    const live: PropertyMap = { spec: { a: 1, b: 2, list: [{ x: 1, y: 2 }, { x: 3 }] }, status: {} };
    assert.deepEqual(prune(live, { spec: { a: 0, list: [{ x: 0 }] } }), { spec: { a: 1, list: [{ x: 1 }] } });
  });

  it("keeps declared empty values when it is read back", () => {
    const declared = { spec: { host: false, clusterIP: "", replicas: 0, list: [{ env: [] }] } };
    const live = { spec: { clusterIP: "10.0.0.1", replicas: 3, list: [{}] } };
    assert.deepEqual(withDeclaredEmpties(live, declared), {
      spec: { host: false, clusterIP: "", replicas: 3, list: [{ env: [] }] },
    });
  });

  it("of a CustomResourceDefinition goes to the server with dashes, to the state with underscores", () => {
    const sdk = { spec: { versions: [{ schema: { x_kubernetes_preserve_unknown_fields: true } }] } };
    const api = { spec: { versions: [{ schema: { "x-kubernetes-preserve-unknown-fields": true } }] } };
    assert.deepEqual(toDashes(sdk), api);
    assert.deepEqual(toUnderscores(api), sdk);
  });
});

describe("kubernetes provider: names", () => {
  const seed = Buffer.from("seed");
  const auto = { mode: "default" } as const;

  it("are the resource's name and eight digits, the same for the same seed", () => {
    const named = assignName({ kind: "ConfigMap" }, undefined, "settings", seed, auto);
    assert.match(String((named.metadata as PropertyMap).name), /^settings-[0-9a-f]{8}$/);
    assert.ok(isAutonamed(named));
    assert.deepEqual(assignName({ kind: "ConfigMap" }, undefined, "settings", seed, auto), named);
  });

  it("given by the program stay", () => {
    const given: PropertyMap[] = [{ name: "own" }, { name: UNKNOWN }];
    for (const metadata of given) {
      assert.deepEqual(assignName({ metadata }, undefined, "settings", seed, auto), { metadata });
    }
  });

  it("given by Pulumi before stay", () => {
    const old = assignName({}, undefined, "settings", seed, auto);
    assert.deepEqual(assignName({}, old, "settings", Buffer.from("other"), auto), old);
  });

  it("follow the stack's autonaming setting", () => {
    const proposed = assignName({}, undefined, "settings", seed, { mode: "proposed", name: "chosen" });
    assert.equal((proposed.metadata as PropertyMap).name, "chosen");
    assert.throws(() => assignName({}, undefined, "settings", seed, { mode: "disabled" }), /requires the \.metadata\.name/);
  });

  it("are not left to the server", () => {
    assert.throws(() => assignName({ metadata: { generateName: "x-" } }, undefined, "x", seed, auto), /generateName/);
  });

  it("are taken from ids, tokens and URNs", () => {
    assert.deepEqual(parseId("space/name"), { namespace: "space", name: "name" });
    assert.deepEqual(parseId("name"), { namespace: "", name: "name" });
    assert.deepEqual(kindOfToken("kubernetes:core/v1:Secret"), { group: "", version: "v1", kind: "Secret" });
    assert.deepEqual(kindOfToken("kubernetes:traefik.io/v1alpha1:Middleware"), {
      group: "traefik.io",
      version: "v1alpha1",
      kind: "Middleware",
    });
    assert.throws(() => kindOfToken("nonsense"), /is not the type of a Kubernetes resource/);
    const urn = "urn:pulumi:dev::p::a:b:C$kubernetes:core/v1:Secret::chart:ns/a::b";
    assert.deepEqual(parseUrn(urn), { type: "kubernetes:core/v1:Secret", name: "chart:ns/a::b" });
  });
});

describe("kubernetes provider: quantities", () => {
  const pairs: [unknown, unknown, boolean][] = [
    ["1", 1, true],
    ["500m", "0.5", true],
    [0.5, "500m", true],
    ["1Gi", "1024Mi", true],
    ["1Gi", "1G", false],
    ["1e3", "1k", true],
    ["", "0", false],
    ["1 Gi", "1Gi", false],
    ["abc", "abd", false],
    [null, "0", false],
  ];
  for (const [left, right, same] of pairs) {
    it(`${JSON.stringify(left)} ${same ? "is" : "is not"} ${JSON.stringify(right)}`, () => {
      assert.equal(sameQuantity(["spec", "hard", "limits.memory"], left, right), same);
    });
  }

  it("are compared only where quantities are", () => {
    assert.equal(sameQuantity(["spec", "hard", "limits.cpu"], "1000m", "1"), true);
    assert.equal(sameQuantity(["volumes", 0, "emptyDir", "sizeLimit"], "1024Mi", "1Gi"), true);
    assert.equal(sameQuantity(["spec", "hard", "pods"], "10", "11"), false);
    assert.equal(sameQuantity(["data", "a"], "1000m", "1"), false);
  });
});

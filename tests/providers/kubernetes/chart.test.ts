import assert from "node:assert/strict";
import { markText, readChartArgs } from "../../../lab/providers/kubernetes/chart/args";
import { helmArguments, parseManifests } from "../../../lab/providers/kubernetes/chart/helm";
import { childOf } from "../../../lab/providers/kubernetes/chart/index";
import { dependenciesOf } from "../../../lab/providers/kubernetes/chart/order";
import { Asset, Secret, UNKNOWN, type PropertyMap } from "../../../lab/providers/kubernetes/values";

const args = (inputs: PropertyMap = {}) => {
  const read = readChartArgs("app", { chart: "./chart", ...inputs });
  assert.ok(read !== undefined);
  return read;
};

describe("kubernetes provider: chart", () => {
  it("takes its name for the release's and for the prefix of its children", () => {
    assert.deepEqual([args().name, args().resourcePrefix], ["app", "app"]);
    assert.deepEqual([args({ name: "r" }).name, args({ resourcePrefix: "" }).resourcePrefix], ["r", ""]);
  });

  it("is put off while an input is not known", () => {
    assert.equal(readChartArgs("app", { chart: "c", values: { a: [UNKNOWN] } }), undefined);
    assert.equal(readChartArgs("app", { chart: "c", values: new Secret({ a: UNKNOWN }) }), undefined);
  });

  const refused: [PropertyMap, RegExp][] = [
    [{ verify: true }, /verify/],
    [{ repositoryOpts: { repo: "r", username: "u" } }, /repositoryOpts\.username/],
  ];
  for (const [inputs, message] of refused) {
    it(`refuses ${Object.keys(inputs).join()}, and names the official plugin`, () => {
      assert.throws(() => args(inputs), message);
      assert.throws(() => args(inputs), /pulumi plugin install resource kubernetes/);
    });
  }

  it("passes what is rendered through the post-renderer, arguments and all", () => {
    const given = helmArguments(args({ postRenderer: { command: "node", args: ["a.js", "{}"] } }), []).join(" ");
    assert.match(given, /--post-renderer node --post-renderer-args a\.js --post-renderer-args \{\}/);
    assert.doesNotMatch(helmArguments(args({}), []).join(" "), /post-renderer/);
  });

  it("says that it needs a chart", () => assert.throws(() => readChartArgs("app", {}), /the Chart "app" has no `chart`/));

  it("asks helm without a secret in its arguments", () => {
    const values = { password: new Secret("hunter2-hunter2") };
    const given = args({
      namespace: "x",
      version: "1",
      skipCrds: true,
      valueYamlFiles: [new Asset({ path: "v.yaml" })],
      values,
    });
    const target = { file: "/tmp/k", kubeVersion: "v1.34.9", apiVersions: ["v1", "apps/v1"], kubeconfig: "" };
    const asked = helmArguments(given, ["v.yaml"], target).join(" ");
    assert.equal(
      asked,
      "template app ./chart --namespace x --version 1 --no-hooks --values v.yaml --values - --dry-run=server " +
        "--kubeconfig /tmp/k --kube-version v1.34.9 --api-versions v1 --api-versions apps/v1",
    );
    assert.match(helmArguments(args({ includeHooks: true }), []).join(" "), /--include-crds --skip-tests.*--dry-run=client/);
  });

  it("has helm pass what it renders through the post-renderer", () => {
    const given = args({ postRenderer: { command: "./add-labels", args: ["team", "--a=b"] } });
    assert.match(
      helmArguments(given, []).join(" "),
      / --post-renderer \.\/add-labels --post-renderer-args team --post-renderer-args --a=b /,
    );
  });

  it("takes lists apart and leaves out empty documents", () => {
    const one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    const list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n";
    const found = parseManifests(`---\n# nothing\n---\n${one}---\n${list}`);
    assert.deepEqual(
      found.map(({ metadata }) => metadata),
      [{ name: "a" }, { name: "b" }],
    );
    assert.deepEqual(parseManifests(""), []);
    assert.throws(() => parseManifests("kind: ConfigMap"), /without apiVersion/);
    assert.throws(() => parseManifests("apiVersion: v1\nkind: ConfigMap"), /without metadata\.name/);
    assert.throws(() => parseManifests("a: ["), /not YAML/);
  });

  it("has definitions before their resources and namespaces before what they hold", () => {
    const object = (apiVersion: string, kind: string, name: string, namespace?: string, spec: PropertyMap = {}): PropertyMap => ({
      apiVersion,
      kind,
      metadata: namespace === undefined ? { name } : { name, namespace },
      spec,
    });
    const objects = [
      object("x.example/v1", "Thing", "t", "space"),
      object("v1", "ConfigMap", "c", "other"),
      object("v1", "Namespace", "space"),
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.x.example", undefined, {
        group: "x.example",
        names: { kind: "Thing" },
      }),
    ];
    assert.deepEqual(dependenciesOf(objects), [[3, 2], [], [], []]);
    const asking = {
      ...object("v1", "ConfigMap", "c"),
      metadata: { name: "c", annotations: { "config.kubernetes.io/depends-on": "x" } },
    };
    assert.throws(() => dependenciesOf([asking]), /depends-on.*pulumi plugin install/s);
  });

  it("registers each object under its own type, with the chart's prefix", () => {
    const options = { resourcePrefix: "app", skipAwait: false, secrets: ["hunter2-hunter2"] };
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "x" },
      stringData: { a: "b" },
    };
    const child = childOf(secret, options);
    assert.deepEqual([child.token, child.name, child.retainOnDelete], ["kubernetes:core/v1:Secret", "app:x/s", false]);
    assert.deepEqual(child.inputs.stringData, new Secret({ a: "b" }));
    const metadata: PropertyMap = { name: "t", annotations: { "helm.sh/resource-policy": "keep" } };
    const thing = childOf({ apiVersion: "x.example/v1", kind: "Thing", metadata }, { ...options, skipAwait: true });
    assert.deepEqual([thing.token, thing.name, thing.retainOnDelete], ["kubernetes:x.example/v1:Thing", "app:t", true]);
    assert.deepEqual((thing.inputs.metadata as PropertyMap).annotations, {
      "helm.sh/resource-policy": "keep",
      "pulumi.com/skipAwait": "true",
    });
    const bare = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", annotations: null } };
    assert.equal(childOf(bare, { ...options, resourcePrefix: "" }).name, "c");
    assert.deepEqual((childOf(bare, { ...options, skipAwait: true }).inputs.metadata as PropertyMap).annotations, {
      "pulumi.com/skipAwait": "true",
    });
  });

  it("hides a secret value wherever the chart has put it", () => {
    const { secrets } = args({ values: { a: { b: new Secret("hunter2-hunter2") }, c: new Secret("short") } });
    assert.deepEqual(secrets, ["hunter2-hunter2"]);
    const encoded = Buffer.from("hunter2-hunter2").toString("base64");
    assert.deepEqual(markText({ url: "x:hunter2-hunter2@y", data: [encoded], other: "short" }, secrets), {
      url: new Secret("x:hunter2-hunter2@y"),
      data: [new Secret(encoded)],
      other: "short",
    });
  });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import { readConfig } from "../../../lab/providers/kubernetes/config";
import { connectionOf, kubeconfigText, loadKubeconfig } from "../../../lab/providers/kubernetes/kubeconfig";
import { checkProvider, diffProvider } from "../../../lab/providers/kubernetes/operations/provider-config";
import { UNKNOWN } from "../../../lab/providers/kubernetes/values";

const kubeconfig = (name: string, server = `https://${name}.example:6443`, more: object = {}): string =>
  stringify({
    clusters: [{ name, cluster: { server } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: `${name}-space` } }],
    users: [{ name, user: { token: `${name}-token` } }],
    "current-context": name,
    ...more,
  });

describe("kubernetes provider: kubeconfig", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    for (const name of ["one", "two"]) writeFileSync(join(folder, name), kubeconfig(name));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("comes from the argument, as content or as a path, before the environment", () => {
    const environment = { KUBECONFIG: join(folder, "two") };
    for (const given of [kubeconfig("one"), join(folder, "one")]) {
      assert.equal(connectionOf(loadKubeconfig(given, environment), {}).server, "https://one.example:6443");
    }
    assert.equal(connectionOf(loadKubeconfig("", environment), {}).server, "https://two.example:6443");
  });

  it("is put together from all files of KUBECONFIG, the first with the last word", () => {
    const config = loadKubeconfig("", {
      KUBECONFIG: [join(folder, "none"), join(folder, "one"), join(folder, "two")].join(delimiter),
    });
    assert.equal(connectionOf(config, {}).namespace, "one-space");
    const second = connectionOf(config, { context: "two" });
    assert.deepEqual([second.server, second.headers.authorization], ["https://two.example:6443", "Bearer two-token"]);
    assert.equal(connectionOf(config, { cluster: "two" }).server, "https://two.example:6443");
  });

  it("finds certificates beside itself", () => {
    mkdirSync(join(folder, "pki"));
    writeFileSync(join(folder, "pki", "client.crt"), "certificate");
    const user = { "client-certificate": "pki/client.crt", "client-key-data": Buffer.from("key").toString("base64") };
    const cluster = { server: "https://x:1/", "insecure-skip-tls-verify": true, "tls-server-name": "name" };
    writeFileSync(
      join(folder, "relative"),
      kubeconfig("one", "", { users: [{ name: "one", user }], clusters: [{ name: "one", cluster }] }),
    );
    const { tls, server } = connectionOf(loadKubeconfig(join(folder, "relative"), {}), {});
    assert.deepEqual(
      [String(tls.cert), String(tls.key), tls.servername, tls.rejectUnauthorized],
      ["certificate", "key", "name", false],
    );
    assert.equal(server, "https://x:1");
  });

  it("sends a name and password too", () => {
    const users = [{ name: "one", user: { username: "u", password: "p" } }];
    const { headers } = connectionOf(loadKubeconfig(kubeconfig("one", undefined, { users }), {}), {});
    assert.equal(headers.authorization, `Basic ${Buffer.from("u:p").toString("base64")}`);
  });

  it("is handed to helm with the chosen context and cluster", () => {
    const config = loadKubeconfig("", { KUBECONFIG: [join(folder, "one"), join(folder, "two")].join(delimiter) });
    const chosen = loadKubeconfig(kubeconfigText(config, { context: "two", cluster: "one" }), {});
    const connection = connectionOf(chosen, {});
    assert.deepEqual([connection.server, connection.headers.authorization], ["https://one.example:6443", "Bearer two-token"]);
  });

  const wrong: [string, () => unknown, RegExp][] = [
    ["no file", () => loadKubeconfig("", { KUBECONFIG: "/does/not/exist" }), /no kubeconfig: \/does\/not\/exist not found/],
    ["text that is none", () => loadKubeconfig("nonsense", {}), /neither a path to a kubeconfig nor the content of one/],
    ["broken YAML", () => loadKubeconfig("a: [", {}), /is not YAML/],
    [
      "an unknown context",
      () => connectionOf(loadKubeconfig(kubeconfig("one"), {}), { context: "x" }),
      /no context "x" \(there are: one\)/,
    ],
    [
      "no current context",
      () => connectionOf(loadKubeconfig(kubeconfig("one", "", { "current-context": "" }), {}), {}),
      /no current context/,
    ],
    [
      "a missing cluster",
      () => connectionOf(loadKubeconfig(kubeconfig("one", "", { clusters: [] }), {}), {}),
      /no cluster "one"/,
    ],
    ["no server", () => connectionOf(loadKubeconfig(kubeconfig("one", ""), {}), {}), /names no server/],
  ];
  for (const [what, load, message] of wrong) it(`says what is wrong with ${what}`, () => assert.throws(load, message));
});

describe("kubernetes provider: arguments", () => {
  const read = (given: Record<string, string>, environment = {}) =>
    readConfig(new Map(Object.entries(given).map(([key, value]) => [`kubernetes:config:${key}`, value])), environment);

  it("are read, with flags from the environment where there are none", () => {
    const config = read({ namespace: "x", enableSecretMutable: "true" }, { PULUMI_K8S_DELETE_UNREACHABLE: "true" });
    assert.equal(config.namespace, "x");
    assert.deepEqual([config.enableSecretMutable, config.enableConfigMapMutable, config.deleteUnreachable], [true, false, true]);
    assert.equal(read({ deleteUnreachable: "false" }, { PULUMI_K8S_DELETE_UNREACHABLE: "true" }).deleteUnreachable, false);
    assert.equal(read({ kubeClientSettings: '{"burst":1,"timeout":3}' }).requestTimeout, 3000);
  });

  const refused: [Record<string, string>, RegExp][] = [
    [{ enableServerSideApply: "false" }, /enableServerSideApply: false/],
    [{ helmReleaseSettings: '{"driver":"secret"}' }, /helmReleaseSettings/],
    [{ somethingNew: "true" }, /somethingNew/],
  ];
  for (const [given, message] of refused) {
    it(`refuse ${Object.keys(given).join()} and name the official plugin`, () => {
      assert.throws(() => read(given), message);
      assert.throws(() => read(given), /pulumi plugin install resource kubernetes/);
    });
  }

  it("refuse to await all, which would be ignored silently", () => {
    assert.throws(() => read({}, { PULUMI_K8S_AWAIT_ALL: "true" }), /pulumi\.com\/waitFor/);
  });

  it("contradict each other in words", () => {
    const failures = (news: object, isDefault = false) => checkProvider(news as never, isDefault, { KUBECONFIG: "/k" });
    assert.deepEqual(failures({ renderYamlToDirectory: "d", kubeconfig: "/k" }), []);
    assert.deepEqual(
      failures({ renderYamlToDirectory: "d", kubeconfig: "/x", context: "c" }).map(({ property }) => property),
      ["context", "kubeconfig"],
    );
    assert.equal(failures({ alwaysRender: "true" }).length, 1);
    assert.equal(failures({ strictMode: "true" }, true).length, 3);
  });

  it("replace everything only when they mean another cluster", () => {
    const replaced = (olds: object, news: object): string[] => diffProvider(olds as never, news as never, {}).replaced;
    const one = kubeconfig("one");
    assert.deepEqual(replaced({ kubeconfig: one }, { kubeconfig: one.replace("one-token", "new-token") }), []);
    assert.deepEqual(replaced({ kubeconfig: one }, { kubeconfig: kubeconfig("two") }), ["kubeconfig"]);
    assert.deepEqual(replaced({ kubeconfig: one }, { kubeconfig: UNKNOWN }), ["kubeconfig"]);
    assert.deepEqual(
      replaced({ kubeconfig: one, clusterIdentifier: "a" }, { kubeconfig: kubeconfig("two"), clusterIdentifier: "a" }),
      [],
    );
    assert.deepEqual(replaced({ clusterIdentifier: "a" }, { clusterIdentifier: "b" }), ["clusterIdentifier"]);
    assert.deepEqual(replaced({ renderYamlToDirectory: "a" }, { renderYamlToDirectory: "b" }), ["renderYamlToDirectory"]);
    assert.deepEqual(diffProvider({ namespace: "a" }, { namespace: "b" }, {}), {
      changed: ["namespace"],
      replaced: [],
    });
  });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import { Cluster, readDiscovery } from "../../../lab/providers/kubernetes/cluster";
import { readConfig } from "../../../lab/providers/kubernetes/config";
import { ApiError, NoSuchKindError } from "../../../lab/providers/kubernetes/errors";
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
    const config = loadKubeconfig("", { KUBECONFIG: [join(folder, "none"), join(folder, "one"), join(folder, "two")].join(delimiter) });
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
    writeFileSync(join(folder, "relative"), kubeconfig("one", "", { users: [{ name: "one", user }], clusters: [{ name: "one", cluster }] }));
    const { tls, server } = connectionOf(loadKubeconfig(join(folder, "relative"), {}), {});
    assert.deepEqual([String(tls.cert), String(tls.key), tls.servername, tls.rejectUnauthorized], ["certificate", "key", "name", false]);
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
    ["an unknown context", () => connectionOf(loadKubeconfig(kubeconfig("one"), {}), { context: "x" }), /no context "x" \(there are: one\)/],
    ["no current context", () => connectionOf(loadKubeconfig(kubeconfig("one", "", { "current-context": "" }), {}), {}), /no current context/],
    ["a missing cluster", () => connectionOf(loadKubeconfig(kubeconfig("one", "", { clusters: [] }), {}), {}), /no cluster "one"/],
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
    assert.deepEqual(failures({ renderYamlToDirectory: "d", kubeconfig: "/x", context: "c" }).map(({ property }) => property), ["context", "kubeconfig"]);
    assert.equal(failures({ alwaysRender: "true" }).length, 1);
    assert.equal(failures({ strictMode: "true" }, true).length, 3);
  });

  it("replace everything only when they mean another cluster", () => {
    const replaced = (olds: object, news: object): string[] => diffProvider(olds as never, news as never, {}).replaced;
    const one = kubeconfig("one");
    assert.deepEqual(replaced({ kubeconfig: one }, { kubeconfig: one.replace("one-token", "new-token") }), []);
    assert.deepEqual(replaced({ kubeconfig: one }, { kubeconfig: kubeconfig("two") }), ["kubeconfig"]);
    assert.deepEqual(replaced({ kubeconfig: one }, { kubeconfig: UNKNOWN }), ["kubeconfig"]);
    assert.deepEqual(replaced({ kubeconfig: one, clusterIdentifier: "a" }, { kubeconfig: kubeconfig("two"), clusterIdentifier: "a" }), []);
    assert.deepEqual(replaced({ clusterIdentifier: "a" }, { clusterIdentifier: "b" }), ["clusterIdentifier"]);
    assert.deepEqual(replaced({ renderYamlToDirectory: "a" }, { renderYamlToDirectory: "b" }), ["renderYamlToDirectory"]);
    assert.deepEqual(diffProvider({ namespace: "a" }, { namespace: "b" }, {}), { changed: ["namespace"], replaced: [] });
  });
});

describe("kubernetes provider: cluster", () => {
  type Handler = (request: IncomingMessage, response: ServerResponse) => void;
  let server: Server;
  let handler: Handler;
  let cluster: Cluster;
  const discovery = (name: string, version: string, kind: string, resource: string, scope: string): object => ({
    metadata: name === "" ? {} : { name },
    versions: [{ version, resources: [{ resource, scope, responseKind: { kind } }] }],
  });
  const kinds: Record<string, object> = {
    "/version": { gitVersion: "v1.34.9" },
    "/api": { items: [discovery("", "v1", "ConfigMap", "configmaps", "Namespaced")] },
    "/apis": { items: [discovery("x.example", "v1", "Thing", "things", "Cluster")] },
  };
  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

  beforeEach(async () => {
    handler = (_, response) => answer(response, 500, {});
    server = createServer((request, response) => {
      const known = kinds[request.url ?? ""];
      if (known === undefined) handler(request, response);
      else answer(response, 200, known);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    cluster = new Cluster(readConfig(new Map([["kubeconfig", kubeconfig("one", `http://127.0.0.1:${port}`)]]), {}), {});
  });
  afterEach(() => {
    cluster.close();
    server.closeAllConnections();
    server.close();
  });

  const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "n", namespace: "x" } };

  it("asks under the paths of the API, signed in, dry where asked", async () => {
    const seen: string[] = [];
    handler = (request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${request.headers["content-type"]}`);
      answer(response, 200, settings);
    };
    await cluster.create(settings, { dryRun: true, fieldManager: "m" });
    await cluster.apply({ apiVersion: "x.example/v1", kind: "Thing", metadata: { name: "t" } }, { dryRun: false, fieldManager: "m", force: true });
    await cluster.get({ ...settings, metadata: { name: "n" } });
    assert.deepEqual(seen, [
      "POST /api/v1/namespaces/x/configmaps?fieldManager=m&dryRun=All Bearer one-token application/json",
      "PATCH /apis/x.example/v1/things/t?fieldManager=m&force=true Bearer one-token application/apply-patch+yaml",
      "GET /api/v1/namespaces/one-space/configmaps/n Bearer one-token undefined",
    ]);
  });

  it("knows kinds and their scope", async () => {
    assert.equal(await cluster.namespaced({ group: "x.example", version: "v1", kind: "Thing" }), false);
    assert.equal(await cluster.namespaced({ group: "x.example", version: "v1", kind: "Other" }), undefined);
    assert.equal(await cluster.knows({ group: "", version: "v1", kind: "ConfigMap" }), true);
    assert.deepEqual(await cluster.apiVersions(), ["v1", "v1/ConfigMap", "x.example/v1", "x.example/v1/Thing"]);
    await assert.rejects(cluster.get({ apiVersion: "x.example/v2", kind: "Thing", metadata: { name: "t" } }), NoSuchKindError);
    assert.throws(() => readDiscovery([{} as never]), /needs Kubernetes 1\.27/);
  });

  it("hands on the server's own words", async () => {
    handler = (_, response) => answer(response, 404, { reason: "NotFound", message: 'namespaces "x" not found', details: { kind: "namespaces" } });
    await assert.rejects(cluster.create(settings, { dryRun: false, fieldManager: "m" }), (error: ApiError) => {
      assert.equal(error.message, 'namespaces "x" not found');
      assert.ok(error.notFound && error.namespaceNotFound);
      return true;
    });
    handler = (_, response) => void response.writeHead(502).end("<html>proxy</html>");
    await assert.rejects(cluster.get(settings), /HTTP 502: <html>proxy/);
  });

  it("sends again what a closing connection lost", async () => {
    let requests = 0;
    handler = (request, response) => {
      requests++;
      if (requests === 2) request.socket.resetAndDestroy();
      else answer(response, 200, settings);
    };
    await cluster.get(settings);
    await cluster.get(settings);
    assert.equal(requests, 3);
  });

  it("says why it cannot be reached", async () => {
    const at = (given: string): Cluster => new Cluster(readConfig(new Map([["kubeconfig", given]]), {}), {});
    assert.match((await at(kubeconfig("one", "http://127.0.0.1:1")).unreachable()) ?? "", /GET http:\/\/127\.0\.0\.1:1\/version: .*ECONNREFUSED/);
    assert.match((await at("nonsense").unreachable()) ?? "", /neither a path/);
    assert.equal(await cluster.unreachable(), undefined);
  });
});

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { stringify } from "yaml";
import { Cluster } from "../../../lab/providers/kubernetes/cluster";
import { readConfig } from "../../../lab/providers/kubernetes/config";
import { readDiscovery } from "../../../lab/providers/kubernetes/discovery";
import { ApiError, NoSuchKindError } from "../../../lab/providers/kubernetes/errors";

const kubeconfig = (server: string): string =>
  stringify({
    clusters: [{ name: "one", cluster: { server } }],
    contexts: [{ name: "one", context: { cluster: "one", user: "one", namespace: "one-space" } }],
    users: [{ name: "one", user: { token: "one-token" } }],
    "current-context": "one",
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
    cluster = new Cluster(readConfig(new Map([["kubeconfig", kubeconfig(`http://127.0.0.1:${port}`)]]), {}), {});
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
    await cluster.apply(
      { apiVersion: "x.example/v1", kind: "Thing", metadata: { name: "t" } },
      { dryRun: false, fieldManager: "m", force: true },
    );
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

  it("knows the kinds of a definition that it established before the server lists them", async () => {
    const versions = [
      { name: "v1", served: true },
      { name: "v0", served: false },
    ];
    const names = { kind: "Gadget", plural: "gadgets" };
    cluster.learnKinds({
      kind: "CustomResourceDefinition",
      spec: { group: "x.example", scope: "Cluster", names, versions },
    });
    const kind = (version: string) => ({ group: "x.example", version, kind: "Gadget" });
    assert.equal(await cluster.namespaced(kind("v1")), false);
    assert.deepEqual([await cluster.knows(kind("v1")), await cluster.knows(kind("v0"))], [true, false]);
    cluster.unlearnKinds();
    assert.equal(await cluster.knows(kind("v1")), false);
  });

  it("hands on the server's own words", async () => {
    handler = (_, response) =>
      answer(response, 404, {
        reason: "NotFound",
        message: 'namespaces "x" not found',
        details: { kind: "namespaces" },
      });
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
    assert.match(
      (await at(kubeconfig("http://127.0.0.1:1")).unreachable()) ?? "",
      /GET http:\/\/127\.0\.0\.1:1\/version: .*ECONNREFUSED/,
    );
    assert.match((await at("nonsense").unreachable()) ?? "", /neither a path/);
    assert.equal(await cluster.unreachable(), undefined);
  });
});

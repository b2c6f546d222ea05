import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noCluster } from "../../cli/clusters/context";
import { checkAll, checkPlatform, renderHealth } from "../../cli/shared/health";
import { root } from "../../shared/paths";
import { run } from "../../shared/process";

/** A registry as the health check sees one: HTTPS under a name, 401 without its account. */
describe("the health of a platform", () => {
  const folder = mkdtempSync(join(tmpdir(), "health-"));
  const host = "registry.example.test";
  const account = { username: "admin", password: "right" };
  let server: Server;
  let port: number;
  let authority: string;
  /** What requests had to authorize them. */
  let asked: (string | undefined)[] = [];

  before((done) => {
    const [key, certificate] = [join(folder, "key"), join(folder, "crt")];
    run("openssl", [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      certificate,
      "-days",
      "1",
      "-subj",
      `/CN=${host}`,
      "-addext",
      `subjectAltName=DNS:${host}`,
    ]);
    authority = readFileSync(certificate, "utf8");
    server = createServer({ key: readFileSync(key), cert: authority }, (request, response) => {
      asked.push(request.headers.authorization);
      const expected = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
      if (request.url === "/gone") return void response.writeHead(503).end();
      response.writeHead(request.headers.authorization === expected && request.headers.host?.startsWith(host) ? 200 : 401).end();
    });
    server.listen(0, "127.0.0.1", () => {
      port = (server.address() as AddressInfo).port;
      done();
    });
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const outputs = (more: object = {}) => ({
    registryUrl: `https://${host}:${port}`,
    registryUsername: account.username,
    registryPassword: account.password,
    caCertificate: authority,
    dnsRecords: [{ name: host, type: "A", address: "127.0.0.1" }],
    ...more,
  });

  it("is good when the registry takes its account, by its name and under its authority", async () => {
    const health = await checkPlatform(outputs());
    assert.equal(health.healthy, true, JSON.stringify(health));
    assert.match(renderHealth(health), /^ok +registry .*healthy\n$/);
  });

  it("is not good when the cluster has lost a part, which is all that is told of its objects", async () => {
    const loss = "The node has lost etcd: `npm start` makes it anew.";
    const stack = { name: "dev", cluster: { ...noCluster(), loss: () => loss }, file: "/nonexistent", env: { PATH: "" } };
    const { healthy, services } = await checkAll(stack, outputs());
    assert.equal(healthy, false);
    assert.deepEqual(
      services.filter((service) => !service.healthy).map(({ name, detail }) => [name, detail]),
      [["cluster", loss]],
    );
  });

  const broken: Array<[string, () => object, RegExp]> = [
    [
      "the account is refused",
      () => ({ registryPassword: "wrong" }),
      /answers 401 to the account admin: `npm start` sets its password again/,
    ],
    ["the authority is another", () => ({ caCertificate: undefined }), /certificate is not trusted/],
    ["nothing listens", () => ({ registryUrl: `https://${host}:1` }), /nothing listens/],
    ["the name leads nowhere", () => ({ dnsRecords: [], registryUrl: "https://registry.invalid" }), /does not resolve/],
  ];
  for (const [what, change, words] of broken) {
    it(`is bad, and says why, when ${what}`, async () => {
      const health = await checkPlatform(outputs(change()));
      assert.equal(health.healthy, false);
      assert.match(health.services[0]!.detail, words);
      assert.doesNotMatch(JSON.stringify(health), /right|wrong/);
    });
  }

  it("is good with a certificate that nobody can verify, which is then sent no password", async () => {
    asked = [];
    const health = await checkPlatform(outputs({ caCertificate: "", selfSigned: true }));
    assert.equal(health.healthy, true, JSON.stringify(health));
    assert.deepEqual(asked, [undefined]);
  });

  it("is good where the password is not known, as long as the registry asks for one", async () => {
    assert.equal((await checkPlatform(outputs({ registryPassword: undefined }))).healthy, true);
  });

  it("counts an app by the addresses that it names, and says where to look", async () => {
    const url = `https://${host}:${port}/`;
    const apps = { todo: { namespace: "todo", health: [url] }, inside: { namespace: "inside" } };
    const names = ({ services }: Awaited<ReturnType<typeof checkPlatform>>) =>
      services.map(({ name, healthy }) => `${name} ${healthy}`);
    // Without an account the server answers 401: it serves.
    assert.deepEqual(names(await checkPlatform(outputs({ apps }))), ["registry true", "todo true"]);
    const gone = await checkPlatform(outputs({ apps: { todo: { namespace: "todo", health: [`${url}gone`] } } }));
    assert.deepEqual(names(gone), ["registry true", "todo false"]);
    assert.match(gone.services[1]!.detail, /answers 503: kubectl get pods -n todo/);
  });

  it("is asked without the engine's library, which takes longer to load than the question", () => {
    const script = 'require("./cli/shared/health"); process.stdout.write(Object.keys(require.cache).join("\\n"))';
    const { stdout } = run(process.execPath, ["--import=tsx", "--eval", script], { cwd: root });
    assert.match(stdout, /components\/services\/index\.ts/);
    assert.deepEqual(stdout.match(/.*@pulumi\/.*\.js$/gm), null);
  });

  it("is not good when there is nothing to check", async () => {
    const health = await checkPlatform({});
    assert.equal(health.healthy, false);
    assert.match(renderHealth(health), /npm start/);
  });
});

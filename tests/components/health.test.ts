import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Probe } from "../../components/blocks/health";
import { emulatorProbe } from "../../components/services/localstack/probes";
import { apiProbe } from "../../components/services/registry/probes";
import { recordPlatform } from "./fixtures";
import { visible } from "./recorder";

const root = join(__dirname, "..", "..");

const accounts = (...given: string[]) =>
  JSON.stringify(given.map((account) => ({ name: account.split(":")[0], password: account.split(":")[1] })));

async function check(url: string, env: Record<string, string> = {}, probe: Partial<Probe> = {}) {
  const child = spawn(process.execPath, ["components/blocks/health/checkService.js"], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HEALTH_PROBE: JSON.stringify({ ...apiProbe(url), ...probe }),
      HEALTH_ACCOUNTS: accounts("admin:right"),
      HEALTH_SECONDS: "0",
      ...env,
    },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}

describe("the health check", () => {
  let server: Server;
  let seen: { host?: string; authorization?: string; path?: string }[];
  let answer: RequestListener;

  beforeEach(async () => {
    seen = [];
    answer = (request, response) => {
      const right = `Basic ${Buffer.from("admin:right").toString("base64")}`;
      response.writeHead(request.headers.authorization === right ? 200 : 401).end();
    };
    server = createServer((request, response) => {
      seen.push({ host: request.headers.host, authorization: request.headers.authorization, path: request.url });
      answer(request, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  afterEach(async () => {
    server.close();
    await once(server, "close");
  });

  const port = () => (server.address() as AddressInfo).port;
  const local = () => `http://127.0.0.1:${port()}`;

  it("passes when the registry asks for an account and accepts the right one", async () => {
    assert.deepEqual(await check(local()), { code: 0, stdout: `${local()}/v2/ serves\n`, stderr: "" });
    assert.deepEqual(
      seen.map(({ path, authorization }) => [path, authorization !== undefined]),
      [
        ["/v2/", false],
        ["/v2/", true],
      ],
    );
  });

  it("connects to the given address under the registry's own name", async () => {
    const { code } = await check(`http://registry.invalid:${port()}`, { HEALTH_ADDRESS: "127.0.0.1" });
    assert.equal(code, 0);
    assert.equal(seen[0]!.host, `registry.invalid:${port()}`);
  });

  it("passes for a service without accounts when it answers at its path, and fails when it does not", async () => {
    answer = (request, response) => response.writeHead(request.url === "/_localstack/health" ? 200 : 404).end();
    const emulator = { HEALTH_ACCOUNTS: "" };
    assert.equal((await check(local(), emulator, emulatorProbe(local()))).code, 0);
    const failed = await check(local(), emulator, { ...emulatorProbe(local()), url: `${local()}/gone` });
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /answers 404: kubectl get pods/);
  });

  it("fails when anybody may in", async () => {
    answer = (_, response) => response.writeHead(200).end();
    const { code, stderr } = await check(local());
    assert.equal(code, 1);
    assert.match(stderr, /answers 200 without an account/);
  });

  it("fails when one of the accounts is not accepted, without repeating the password", async () => {
    const { code, stdout, stderr } = await check(local(), { HEALTH_ACCOUNTS: accounts("admin:right", "ci:wrong-password") });
    assert.equal(code, 1);
    assert.match(stderr, /answers 401 to the account ci/);
    assert.ok(!`${stdout}${stderr}`.includes("wrong-password"));
  });

  it("sends no password to a server that nobody can verify", async () => {
    const { code } = await check(local(), { HEALTH_INSECURE: "true" });
    assert.equal(code, 0);
    assert.deepEqual(
      seen.map(({ authorization }) => authorization),
      [undefined],
    );
  });

  it("says what to do about a name that does not resolve and a server that does not answer", async () => {
    const unknown = await check("https://registry.invalid");
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /hostsFile/);
    const closed = await check("http://127.0.0.1:1");
    assert.equal(closed.code, 1);
    assert.match(closed.stderr, /nothing listens there/);
  });

  it("is off unless asked for", async () => {
    const commands = async (afterUp: boolean) =>
      (
        await recordPlatform((config) => {
          config.health.afterUp = afterUp;
        })
      ).resources.filter(({ type }) => type.startsWith("command:"));
    assert.deepEqual(await commands(false), []);
    const [command] = await commands(true);
    assert.equal(command!.inputs.logging, "none");
    const { HEALTH_ACCOUNTS, HEALTH_PROBE } = (visible(command!.inputs) as { environment: Record<string, string> }).environment;
    assert.equal(HEALTH_ACCOUNTS, "[secret]");
    assert.deepEqual(JSON.parse(HEALTH_PROBE!), apiProbe("https://registry.example.test"));
  });

  it("runs again when image, configuration or address change", async () => {
    const triggers = async (change: Parameters<typeof recordPlatform>[0]) => {
      const run = await recordPlatform((config) => {
        config.health.afterUp = true;
        change?.(config);
      });
      return run.resources.find(({ type }) => type.startsWith("command:"))!.inputs.triggers;
    };
    const before = await triggers(() => {});
    assert.deepEqual(await triggers(() => {}), before);
    assert.notDeepEqual(
      await triggers((config) => {
        config.registry.image = "docker.io/library/registry:2.8.3";
      }),
      before,
    );
    assert.notDeepEqual(
      await triggers((config) => {
        config.registry.allowDelete = true;
      }),
      before,
    );
    assert.notDeepEqual(
      await triggers((config) => {
        config.routing.port = 8443;
      }),
      before,
    );
  });
});

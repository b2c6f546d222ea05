import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { labCluster } from "../../cli/clusters/lab";
import { deploy } from "../../cli/shared/deploy";
import { checkAll } from "../../cli/shared/health";
import { median } from "../../cli/measure/timing";
import { openStack, pulumi, type Stack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { hashPassword } from "../../components/services/registry/htpasswd";
import { requireNode } from "../../lab/cluster/node";
import { waitFor } from "../../shared/process";
import { devStackIsUp, http, inLab, kubectl, kubectlJson, npm, randomImage, scratch, succeeded, trusting } from "./support";

/* The registry's accounts: when a changed one counts, one that nobody deployed, and wrong passwords by the hundred. */

const HOST = "registry.homelab.test";
const CHOSEN = "a password that somebody chose";

interface Pods {
  items: { metadata: { uid: string }; status: { containerStatuses: { restartCount: number; ready: boolean }[] } }[];
}

const login = (name: string, password: string) => http(`https://${HOST}/v2/`, "--user", `${name}:${password}`).status;

const pods = () =>
  kubectlJson<Pods>("get", "pods", "-n", "registry", "-l", "app.kubernetes.io/component=server").items.map(
    ({ metadata, status }) => [
      metadata.uid,
      ...status.containerStatuses.map(({ restartCount, ready }) => `${restartCount} ${ready}`),
    ],
  );

describe("the registry's accounts", () => {
  let values: Record<string, unknown>;
  let stack: Stack;

  /** Deploys the dev stack with these accounts beside the generated one, as `pulumi config set --secret` writes them. */
  async function accounts(users: Record<string, string>): Promise<void> {
    stack = openStack(DEV, labCluster);
    const set = (...args: string[]) => assert.equal(pulumi(stack, ["config", "set", "--path", ...args]).status, 0);
    Object.entries(users).forEach(([name, password], index) => {
      set(`homelab:registry.users[${index}].name`, name);
      set("--secret", `homelab:registry.users[${index}].password`, password);
    });
    values = await deploy(stack);
  }

  before(devStackIsUp);

  after("the dev stack is as it was", () => {
    succeeded(npm("start"));
  });

  describe("when a deployment that changed them is over", () => {
    it("are good, and the former ones no more, in the same pod", async () => {
      await accounts({ ci: "the first password" });
      const before = pods();
      assert.equal(login("ci", "the first password"), 200);
      await accounts({ ci: CHOSEN });
      assert.deepEqual([login("ci", "the first password"), login("ci", CHOSEN)], [401, 200]);
      await accounts({});
      assert.equal(login("ci", CHOSEN), 401);
      assert.equal(login("admin", String(values.registryPassword)), 200);
      assert.deepEqual(pods(), before);
    });

    it("are those of the stack alone: one that was put into the Secret by hand is reported, and removed", async () => {
      const hash = hashPassword({ password: "let me in", salt: Buffer.alloc(16, 1).toString("base64"), cost: 5 });
      const secret = kubectlJson<{ data: { htpasswd: string } }>("get", "secret", "registry-htpasswd", "-n", "registry");
      const file = `${Buffer.from(secret.data.htpasswd, "base64").toString()}mallory:${hash}\n`;
      const patch = JSON.stringify({ data: { htpasswd: Buffer.from(file).toString("base64") } });
      succeeded(kubectl("patch", "secret", "registry-htpasswd", "-n", "registry", "--type=merge", "-p", patch));
      const isIn = () => (login("mallory", "let me in") === 200 ? true : undefined);
      await waitFor(isIn, 120, () => "the account has not come to the pod", 1000);
      const told = (await checkAll(stack, values)).services.filter(({ healthy }) => !healthy);
      assert.match(
        told.map(({ url, detail }) => `${url}: ${detail}`).join("\n"),
        /registry-htpasswd: data\.htpasswd was changed \(by kubectl-patch/,
      );
      await deploy(stack);
      assert.equal(login("mallory", "let me in"), 401);
      assert.equal(login("admin", String(values.registryPassword)), 200);
    });
  });

  describe("and wrong passwords", () => {
    const image = `${HOST}/e2e/pulled:1`;

    before("an account with a chosen password, and an image", async () => {
      await accounts({ ci: CHOSEN });
      succeeded(inLab(trusting(["crane", "push", randomImage("pulled", 4, 1), image])));
    });

    const agent = new Agent({ keepAlive: true, maxSockets: 1 });

    /** One request, over a connection that is kept. */
    function status(name: string, password: string): Promise<number> {
      const options = { host: requireNode().network.nodeAddress, servername: HOST, path: "/v2/", headers: { host: HOST } };
      return new Promise((resolve, reject) => {
        const asked = request({ ...options, auth: `${name}:${password}`, agent, rejectUnauthorized: false }, (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode!));
        });
        asked.on("error", reject);
        asked.end();
      });
    }

    /** Its milliseconds. */
    async function ask(name: string, password: string, expected: number): Promise<number> {
      const begin = performance.now();
      assert.equal(await status(name, password), expected, name);
      return performance.now() - begin;
    }

    async function times(count: number, work: () => Promise<number>, pauseMs = 0): Promise<number[]> {
      const list: number[] = [];
      for (let done = 0; done < count; done++) {
        list.push(await work());
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      return list;
    }

    /** Milliseconds of each of several pulls. */
    function pulls(): number[] {
      const pull = `begin=$(date +%s%N); crane pull ${image} ${scratch("pulled-back.tar")}; echo $(( ($(date +%s%N) - begin) / 1000000 ))`;
      const loop = `set -e; for round in 1 2 3 4 5 6 7; do ${pull}; done`;
      return succeeded(inLab(trusting(["sh", "-c", loop])))
        .stdout.trim()
        .split("\n")
        .map(Number);
    }

    /** What people of either account meet: their requests' time, and that of a pull. */
    async function real() {
      const requests = [
        ...(await times(40, () => ask("admin", String(values.registryPassword), 200), 50)),
        ...(await times(40, () => ask("ci", CHOSEN, 200), 50)),
      ];
      return { request: median(requests), pull: median(pulls()) };
    }

    it("are refused as soon to a name that does not exist as to one that does", async () => {
      const names = ["admin", "ci", "nobody"];
      const seen = new Map(names.map((name) => [name, [] as number[]]));
      // No faster than they are checked.
      for (let round = 0; round < 20; round++) {
        for (const name of names) seen.get(name)!.push(...(await times(1, () => ask(name, `wrong ${round}`, 401), 220)));
      }
      // The quick ones are those in whose way nothing else of this machine was.
      const quick = names.map((name) => seen.get(name)!.sort((a, b) => a - b)[4]!);
      const told = `${names.join(", ")}: ${quick.map((ms) => ms.toFixed(2)).join(", ")} ms`;
      console.log(`      ${told}`);
      assert.ok(Math.max(...quick) < 1.3 * Math.min(...quick), told);
    });

    it("are checked a few at a time, and refused unchecked beyond: of a client that has no account yet, too", async () => {
      const answers: number[] = [];
      for (let count = 0; count < 30; count++) answers.push(await status("nobody", `quick ${count}`));
      assert.ok(answers.filter((one) => one === 401).length >= 10 && answers.includes(429), String(answers));
      assert.equal(await status("admin", String(values.registryPassword)), 200);
    });

    it("at 200 a second leave requests and pulls below twice their time, and the pod alone", async () => {
      const before = pods();
      const idle = await real();
      const flood = join(__dirname, "accounts", "flood.ts");
      const args = [requireNode().network.nodeAddress, HOST, "200", "15", "admin,ci"];
      const child = spawn(process.execPath, ["--import=tsx", flood, ...args], { stdio: ["ignore", "pipe", "inherit"] });
      let said = "";
      child.stdout.on("data", (chunk) => (said += chunk));
      const ended = once(child, "close");
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const under = await real();
      await ended;
      const flooded = JSON.parse(said) as { sent: number; seconds: number; answers: Record<string, number> };
      const told = JSON.stringify({ idle, under, flooded });
      console.log(`      ${told}`);
      const refused = (flooded.answers["401"] ?? 0) + (flooded.answers["429"] ?? 0);
      assert.ok(refused > 0.99 * flooded.sent && flooded.sent / flooded.seconds > 150, told);
      assert.ok(under.request < 2 * idle.request && under.pull < 2 * idle.pull, told);
      assert.deepEqual(pods(), before);
    });
  });
});

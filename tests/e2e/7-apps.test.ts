import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { labCluster } from "../../cli/clusters/lab";
import { deploy } from "../../cli/shared/deploy";
import { checkPlatform } from "../../cli/shared/health";
import { EngineFailure } from "../../cli/engine/run";
import { openStack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { needProgram } from "../../lab/engine/requirements";
import { luminaArchives } from "../../lab/images/lumina";
import { paths, root } from "../../shared/paths";
import { run, waitFor } from "../../shared/process";
import { luminaApp } from "../fixtures/lumina/app";
import { add, remove, signIn, titles, todos, url, type Account } from "./apps/api";
import { http, inLab, kubectl, kubectlJson, npm, outputs, scratch, succeeded } from "./support";

const node = (script: string, ...args: string[]) => ["node", "--import=tsx", join("tests", "e2e", "apps", script), ...args];

const card = { name: "agents/plan:v1", file: "tests/fixtures/agents/plan.json", mediaType: "application/json" };

let archives: Awaited<ReturnType<typeof luminaArchives>>;

type Block = Record<string, unknown>;

/** The stack file as a user would have it, with this block of Lumina's, or none. */
function stack(...apps: Block[]) {
  return openStack(DEV, labCluster, { apps, artifacts: [card], localstack: { enabled: false } });
}

const lumina = (more: Block = {}) => luminaApp(archives, more);

/** Lumina with other values for its parts. */
function valued(parts: { backend?: Block; chatbot?: Block; frontend?: Block }, more: Block = {}) {
  return lumina({ values: { ...parts, backend: { persistence: { existingClaim: "lumina-data" }, ...parts.backend } }, ...more });
}

/** The words with which a deployment was refused; nothing may have been changed by it. */
async function refusal(...apps: Block[]): Promise<string> {
  const before = resourceVersions();
  const words = await deploy(stack(...apps)).then(
    () => assert.fail("it was deployed"),
    (error: Error) => (error instanceof EngineFailure ? error.output : error.message),
  );
  assert.deepEqual(resourceVersions(), before, "something was changed");
  assert.doesNotMatch(words, /\n\s+at .*\.[jt]s:\d+/, "a stack trace");
  return words;
}

function resourceVersions(): string[] {
  const kinds = "deployments,services,configmaps,secrets,persistentvolumeclaims,ingressroutes.traefik.io";
  return kubectlJson<{ items: { kind: string; metadata: { name: string; uid: string; generation?: number } }[] }>(
    "get",
    kinds,
    "-n",
    "lumina",
  )
    .items.map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid} ${metadata.generation}`)
    .sort();
}

/** Waits until the backend is what it should be and answers through its route. */
async function serving(): Promise<void> {
  succeeded(kubectl("rollout", "status", "deployment/backend", "-n", "lumina", "--timeout=120s"));
  const answers = () => (http(`${url}/api/health`).status === 200 ? true : undefined);
  await waitFor(answers, 60, () => "the backend does not answer through its route");
}

/** Asks the app without a pause while the work goes on. */
async function watched(work: () => Promise<unknown>): Promise<{ asked: number; unanswered: number; longestSeconds: number }> {
  const watcher = spawn(process.execPath, [join(root, "cli", "run.js"), "lab", "exec", "--", ...node("outage.ts", url)], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let told = "";
  watcher.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()));
  const ended = new Promise((resolve) => watcher.on("close", resolve));
  try {
    await work();
  } finally {
    watcher.stdin.end();
    await ended;
  }
  return JSON.parse(told) as Awaited<ReturnType<typeof watched>>;
}

describe("an app from its chart: Lumina", () => {
  let ada: Account;

  before("the lab is empty, the images are built", async () => {
    succeeded(npm("stop", "--data"));
    archives = await luminaArchives();
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  it("is healthy within five minutes of nothing, from images in the platform's own registry", async () => {
    const begin = Date.now();
    succeeded(npm("lab", "up"));
    const values = await deploy(stack(lumina()));
    const health = await checkPlatform(values);
    assert.equal(health.healthy, true, JSON.stringify(health));
    assert.ok(health.services.some(({ name }) => name === "lumina"));
    const seconds = (Date.now() - begin) / 1000;
    assert.ok(seconds < 300, `it took ${seconds} s`);
    console.log(`      from nothing to healthy: ${seconds.toFixed(0)} s`);
  });

  it("runs three pods that were ready within two minutes, every image from the registry", () => {
    interface Pod {
      metadata: { name: string; creationTimestamp: string };
      spec: { containers: { image: string }[] };
      status: { conditions: { type: string; status: string; lastTransitionTime: string }[] };
    }
    const pods = kubectlJson<{ items: Pod[] }>("get", "pods", "-n", "lumina").items;
    assert.equal(pods.length, 3);
    for (const { metadata, spec, status } of pods) {
      const ready = status.conditions.find(({ type }) => type === "Ready")!;
      assert.equal(ready.status, "True", metadata.name);
      assert.ok(Date.parse(ready.lastTransitionTime) - Date.parse(metadata.creationTimestamp) < 120_000, metadata.name);
      for (const { image } of spec.containers) assert.match(image, /^registry\.homelab\.test\/lumina\//);
    }
  });

  it("shows its address and state as an output, and no secret", () => {
    const { apps } = outputs() as { apps: { lumina: { url: string; state: string; namespace: string } } };
    assert.equal(apps.lumina.url, url);
    assert.equal(apps.lumina.state, "ready");
    const secret = kubectlJson<{ data: Record<string, string> }>("get", "secret", "lumina-backend", "-n", "lumina");
    const key = Buffer.from(secret.data.JWT_SECRET_KEY!, "base64").toString();
    assert.equal(key.length, 48);
    assert.ok(!JSON.stringify(apps).includes(key));
  });

  it("lies beside an agent's card, which any client of registries pulls as it was written", () => {
    interface Manifest {
      artifactType: string;
      layers: { digest: string; mediaType: string }[];
    }
    const reference = "registry.homelab.test/agents/plan";
    const manifest = JSON.parse(succeeded(inLab(["crane", "manifest", `${reference}:v1`])).stdout) as Manifest;
    assert.equal(manifest.artifactType, "application/json");
    assert.equal(manifest.layers.length, 1);
    const pulled = succeeded(inLab(["crane", "blob", `${reference}@${manifest.layers[0]!.digest}`])).stdout;
    assert.equal(pulled, readFileSync(join(root, card.file), "utf8"));
  });

  it("changes nothing when it is deployed again", async () => {
    const before = resourceVersions();
    await deploy(stack(lumina()));
    assert.deepEqual(resourceVersions(), before);
  });

  it("keeps a todo over the death of its backend", async () => {
    ada = signIn("ada");
    add(ada, "water the plants");
    succeeded(kubectl("delete", "pod", "-n", "lumina", "-l", "app.kubernetes.io/name=backend", "--grace-period=0", "--force"));
    await serving();
    // The session too: the key is the same.
    assert.deepEqual(titles(ada), ["water the plants"]);
  });

  it("serves five users at once for a minute without a failed request", () => {
    const told = succeeded(inLab(node("users.ts", "5", url, "60"))).stdout;
    const { requests, failures, slowestMs } = JSON.parse(told) as { requests: number; failures: string[]; slowestMs: number };
    assert.deepEqual(failures, []);
    assert.ok(requests > 300, `${requests} requests`);
    console.log(`      ${requests} requests, the slowest ${slowestMs} ms`);
  });

  it("shows a real browser its page over HTTPS, adds a todo there and answers it", async () => {
    await needProgram("chromium", "chromium");
    await needProgram("certutil", "libnss3-tools");
    const home = scratch("browser");
    const store = join(home, ".pki", "nssdb");
    mkdirSync(store, { recursive: true });
    run("certutil", ["-N", "-d", `sql:${store}`, "--empty-password"]);
    const browse = (picture: string) =>
      inLab(["env", `HOME=${home}`, "timeout", "60", ...node("browser.ts", `${url}/`, "Buy milk", picture)]);
    const untrusted = browse(join(home, "none.png"));
    assert.notEqual(untrusted.status, 0, "the browser trusts a certificate of an authority that it does not know");
    assert.match(untrusted.stderr, /ERR_CERT_AUTHORITY_INVALID/);
    run("certutil", ["-A", "-d", `sql:${store}`, "-n", "platform", "-t", "C,,", "-i", paths.caCertificate]);
    const picture = process.env.HOMELAB_SCREENSHOT ?? join(home, "lumina.png");
    const seen = JSON.parse(succeeded(browse(picture)).stdout) as { todos: string[]; answer: string; secure: boolean };
    assert.deepEqual(seen.todos, ["Buy milk"]);
    assert.match(seen.answer, /Buy milk/);
    assert.equal(seen.secure, true);
    assert.ok(existsSync(picture));
  });

  it("rolls a change of values out with no more of an outage than Recreate costs", async () => {
    const told = await watched(() => deploy(stack(valued({ backend: { env: { GREETING: "hello" } } }))));
    assert.ok(told.longestSeconds < 30, `${told.longestSeconds} s without an answer`);
    const { data } = kubectlJson<{ data: Record<string, string> }>("get", "configmap", "backend", "-n", "lumina");
    assert.equal(data.GREETING, "hello");
    // The pod is ready a moment before Traefik knows its address.
    await serving();
    assert.deepEqual(titles(ada), ["water the plants"]);
    console.log(`      longest time without an answer: ${told.longestSeconds.toFixed(1)} s`);
  });

  it("refuses a second replica at preview, in the chart's words or its own", async () => {
    assert.match(await refusal(valued({ backend: { replicaCount: 2 } })), /replicaCount/);
  });

  it("is kept from a second writer by the cluster where somebody forces one", async () => {
    interface Pod {
      spec: { nodeName?: string };
      status: { phase: string; conditions?: { type: string; message?: string }[] };
    }
    succeeded(kubectl("scale", "deployment/backend", "-n", "lumina", "--replicas=2"));
    const pending = () => {
      const { items: pods } = kubectlJson<{ items: Pod[] }>(
        "get",
        "pods",
        "-n",
        "lumina",
        "-l",
        "app.kubernetes.io/name=backend",
      );
      const held = ({ status }: Pod) => status.conditions?.some(({ message }) => /ReadWriteOncePod/.test(message ?? ""));
      const waiting = pods.find(held);
      return waiting && { pods, waiting };
    };
    const { pods, waiting } = await waitFor(pending, 30, () => "no second pod is held back for ReadWriteOncePod");
    assert.equal(pods.length, 2);
    assert.equal(waiting.spec.nodeName, undefined, "it was given a node");
    assert.equal(waiting.status.phase, "Pending");
    assert.deepEqual(titles(ada), ["water the plants"], "the first one serves on");
    succeeded(kubectl("scale", "deployment/backend", "-n", "lumina", "--replicas=1"));
    await serving();
  });

  // What needs no cluster to be refused is tested in tests/components/apps.test.ts.
  it("refuses an image that is not in the registry before anything is changed, and names the app", async () => {
    const words = await refusal(valued({ chatbot: { image: { tag: "9.9.9" } } }));
    assert.match(
      words,
      /The app lumina .*[\s\S]*the image registry\.homelab\.test\/lumina\/chatbot:9\.9\.9 is not in the registry/,
    );
  });

  it("goes back by itself from an upgrade that does not become ready, and says so", async () => {
    const broken = valued({ backend: { healthPath: "/nothing-there" } }, { readyWithin: 20 });
    await assert.rejects(
      deploy(stack(broken)),
      /The app lumina did not become ready and was rolled back: it runs as it did before/,
    );
    await serving();
    assert.deepEqual(titles(ada), ["water the plants"]);
    assert.equal((await checkPlatform(outputs())).healthy, true);
  });

  it("takes a new app away again that does not become ready", async () => {
    const fresh = {
      ...valued({ backend: { healthPath: "/nothing-there" } }, { name: "second", readyWithin: 15 }),
      route: undefined,
    };
    await assert.rejects(deploy(stack(lumina(), fresh)), /The new app second did not become ready and was taken away again/);
    assert.equal(succeeded(kubectl("get", "deployments", "-n", "second", "-o", "name")).stdout, "");
    assert.deepEqual(titles(ada), ["water the plants"]);
    succeeded(kubectl("delete", "namespace", "second"));
  });

  it("has its data again after backup, loss and restore", async () => {
    add(ada, "call grandmother");
    const folder = scratch("copies");
    succeeded(npm("backup", "--to", folder));
    const [copy] = run("ls", [folder]).stdout.trim().split("\n");
    const items = todos(ada);
    for (const item of items) remove(ada, item);
    assert.deepEqual(titles(ada), []);
    succeeded(npm("restore", "--app", "lumina", "--from", join(folder, copy!)));
    // A route follows its new pod a moment after that is ready.
    await serving();
    assert.deepEqual(todos(ada), items);
    rmSync(folder, { recursive: true });
  });

  it("refuses to restore what is no database, and changes nothing", () => {
    const wrong = npm("restore", "--app", "lumina", "--from", "README.md");
    assert.equal(wrong.status, 2);
    assert.match(wrong.text, /README\.md is no SQLite database/);
    assert.deepEqual(titles(ada), ["water the plants", "call grandmother"]);
  });

  it("leaves its claim when it is removed, and finds its data when it comes back", async () => {
    await deploy(stack());
    assert.equal(succeeded(kubectl("get", "deployments", "-n", "lumina", "-o", "name")).stdout, "");
    const claims = succeeded(kubectl("get", "pvc", "-n", "lumina", "-o", "name")).stdout;
    assert.match(claims, /lumina-data\n/);
    await deploy(stack(lumina()));
    assert.deepEqual(titles(signIn("ada")), ["water the plants", "call grandmother"]);
  });
});

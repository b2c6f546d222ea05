import assert from "node:assert/strict";
import { join } from "node:path";
import { labCluster } from "../../cli/clusters/lab";
import { deploy } from "../../cli/shared/deploy";
import { openStack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { inLab, kubectlJson, npm, randomImage, succeeded } from "./support";

/* A layer that takes longer than Traefik waits for a request by itself, pushed by a real client over a slow line. */

const TRAEFIK_WAITS_SECONDS = 60;
const MEBIBYTES = 12;
/** One layer takes a third longer than Traefik waits. */
const BYTES_A_SECOND = Math.floor((MEBIBYTES * 1024 * 1024) / (TRAEFIK_WAITS_SECONDS * 1.33));

/** With `tuneTraefik`, or as K3s has it; an emulator would only take time. */
const stack = (tuneTraefik: boolean) => openStack(DEV, labCluster, { routing: { tuneTraefik }, localstack: { enabled: false } });

interface Traefik {
  spec: { template: { spec: { containers: { args: string[] }[] } } };
}

function readTimeouts(): string[] {
  const { spec } = kubectlJson<Traefik>("get", "deployment", "traefik", "-n", "kube-system");
  return spec.template.spec.containers[0]!.args.filter((argument) => /readTimeout/i.test(argument));
}

describe("a push that takes longer than Traefik waits", () => {
  let archive: string;

  const push = (image: string) => {
    const slowly = ["node", "--import=tsx", join("tests", "e2e", "slow", "slowly.ts"), String(BYTES_A_SECOND)];
    const begin = Date.now();
    const result = inLab([...slowly, "crane", "push", archive, `registry.homelab.test/slow/${image}:1`]);
    return { ...result, seconds: (Date.now() - begin) / 1000 };
  };

  before("the platform is up, with Traefik as K3s has it", async () => {
    succeeded(npm("stop", "--data"));
    succeeded(npm("lab", "up"));
    await deploy(stack(false));
    archive = randomImage("slow", 1, MEBIBYTES);
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  it("fails as the README says, without routing.tuneTraefik", () => {
    assert.deepEqual(readTimeouts(), []);
    const { status, text, seconds } = push("untuned");
    console.log(`      ${seconds.toFixed(0)} s: ${text.trim().split("\n").at(-1)}`);
    assert.notEqual(status, 0, text);
    assert.match(text, /502 Bad Gateway/);
    assert.ok(seconds > TRAEFIK_WAITS_SECONDS, `${seconds} s`);
  });

  it("works with it, from the deployment on that switches it on", async () => {
    await deploy(stack(true));
    assert.deepEqual(readTimeouts(), ["--entryPoints.websecure.transport.respondingTimeouts.readTimeout=600s"]);
    const { seconds, ...result } = push("tuned");
    succeeded(result);
    console.log(`      ${seconds.toFixed(0)} s`);
    assert.ok(seconds > TRAEFIK_WAITS_SECONDS, `${seconds} s: the line was not slow`);
  });

  it("has Traefik as it was when it is switched off again", async () => {
    await deploy(stack(false));
    assert.deepEqual(readTimeouts(), []);
  });
});

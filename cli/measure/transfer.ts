/** Pushing and pulling 500 MB: through the platform, and against the bare registry program without proxy and accounts. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineEnvironment } from "../engine/environment";
import { buildPrograms } from "../../lab/engine/build";
import { clusterPrograms } from "../../lab/engine/programs";
import { execInLab, labEnvironment } from "../../lab/cluster/exec";
import { run, UserError, waitFor } from "../../shared/process";
import { median, seconds, type Measurement } from "./timing";

const LAYERS = 20;
const LAYER_MEBIBYTES = 25;
const BARE_PORT = 5999;

/** Twenty layers of random bytes, which neither compress nor repeat. */
function layers(folder: string): string[] {
  return Array.from({ length: LAYERS }, (_, index) => {
    const name = `layer-${index}`;
    writeFileSync(join(folder, name), Buffer.concat(Array.from({ length: LAYER_MEBIBYTES }, () => randomBytes(1024 * 1024))));
    run("tar", ["-cf", join(folder, `${name}.tar`), "-C", folder, name]);
    rmSync(join(folder, name));
    return join(folder, `${name}.tar`);
  });
}

async function inLab(...command: string[]): Promise<void> {
  const quiet = ["sh", "-c", '"$@" >/dev/null 2>&1', "sh", ...command];
  const status = await execInLab(quiet, { ...engineEnvironment("lab"), ...labEnvironment() });
  if (status !== 0) throw new UserError(`${command.slice(0, 2).join(" ")} failed (exit ${status}) while measuring`);
}

/** The registry program alone on loopback, storing in a folder of its own. */
async function withBareRegistry<T>(folder: string, work: (host: string) => Promise<T>): Promise<T> {
  const { registry } = await buildPrograms(clusterPrograms.filter(({ name }) => name === "registry"));
  const storage = join(folder, "bare");
  mkdirSync(storage);
  const config = `version: 0.1\nstorage: { filesystem: { rootdirectory: ${storage} } }\nhttp: { addr: "127.0.0.1:${BARE_PORT}" }\n`;
  writeFileSync(join(folder, "bare.yml"), config);
  const server = spawn(registry!, ["serve", join(folder, "bare.yml")], {
    stdio: "ignore",
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
  });
  try {
    const host = `127.0.0.1:${BARE_PORT}`;
    await waitFor(
      () =>
        fetch(`http://${host}/`).then(
          () => true,
          () => undefined,
        ),
      10,
      () => "the bare registry does not answer",
      50,
    );
    return await work(host);
  } finally {
    server.kill();
  }
}

/** Measures push and pull; the layers of every round are new, so that nothing is there already. */
export async function measureTransfer(registryHost: string, rounds: number): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "homelab-bench-"));
  const archive = join(folder, "pulled.tar");
  const env = engineEnvironment("lab");
  const push: number[] = [];
  const pull: number[] = [];
  const barePush: number[] = [];
  const barePull: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const files = layers(folder).join(",");
      const image = `${registryHost}/bench/image-${process.pid}-${round}:1`;
      push.push(await seconds(() => inLab("crane", "append", "--new_layer", files, "--new_tag", image)));
      pull.push(await seconds(() => inLab("crane", "pull", image, archive)));
      await withBareRegistry(folder, async (host) => {
        const bare = `${host}/bench/image:1`;
        barePush.push(
          await seconds(() => run("crane", ["append", "--insecure", "--new_layer", files, "--new_tag", bare], { env })),
        );
        barePull.push(await seconds(() => run("crane", ["pull", "--insecure", bare, archive], { env })));
      });
      rmSync(join(folder, "bare"), { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const figure = (name: string, runs: number[], bare: number[], goal: number): Measurement => ({
    name,
    runs,
    median: median(runs),
    goal,
    against: { name: "the bare registry program", median: median(bare) },
  });
  return [figure("push of 500 MB, 20 layers", push, barePush, 7), figure("pull of 500 MB, 20 layers", pull, barePull, 4)];
}

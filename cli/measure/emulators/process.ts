/** An emulator of the lab's as a process of this machine: its image's files, its entrypoint, its user, and loopback as its only door. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flavors } from "../../../components/localstack/flavors";
import type { Emulator } from "../../../lab/images/localstack";
import { run, UserError, waitFor } from "../../../lab/shared/process";

/** The image's files, unpacked; its program, and what stands in its environment. */
interface Unpacked {
  root: string;
  entrypoint: string[];
  environment: Record<string, string>;
}

/** Where each takes the address that it listens on. */
const listen: Record<Emulator, (port: number) => Record<string, string>> = {
  localstack: (port) => ({ GATEWAY_LISTEN: `127.0.0.1:${port}` }),
  ministack: (port) => ({ BIND_HOST: "127.0.0.1", GATEWAY_PORT: port.toString() }),
};

const STARTS_WITHIN_SECONDS = 120;

/** @param archive an image as lab/images/image.ts writes it */
function unpack(archive: string, into: string): Unpacked {
  const layout = join(into, "layout");
  const root = join(into, "root");
  for (const folder of [layout, root]) mkdirSync(folder);
  run("tar", ["--extract", "--file", archive, "--directory", layout]);
  const [{ Config: config, Layers: layers }] = JSON.parse(readFileSync(join(layout, "manifest.json"), "utf8")) as [
    { Config: string; Layers: string[] },
  ];
  for (const layer of layers) run("tar", ["--extract", "--file", join(layout, layer), "--directory", root]);
  const { config: image } = JSON.parse(readFileSync(join(layout, config), "utf8")) as {
    config: { Env: string[]; Entrypoint: string[] };
  };
  const environment = image.Env.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]);
  return { root, entrypoint: image.Entrypoint, environment: Object.fromEntries(environment) };
}

/** A port of loopback that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** An emulator with its data; it can be started again after each end. */
export class EmulatorProcess {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly emulator: Emulator,
    private readonly image: Unpacked,
    private readonly data: string,
    private readonly port: number,
    private readonly folder: string,
  ) {}

  /** Unpacked below the folder for temporary files; `remove` takes it away. */
  static async prepare(emulator: Emulator, archive: string): Promise<EmulatorProcess> {
    const folder = mkdtempSync(join(tmpdir(), `homelab-${emulator}-`));
    const data = join(folder, "data");
    mkdirSync(data);
    const { uid, gid } = flavors[emulator].user;
    chownSync(data, uid, gid);
    return new EmulatorProcess(emulator, unpack(archive, folder), data, await freePort(), folder);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has printed since the beginning. */
  get log(): string {
    return join(this.folder, "log");
  }

  /** @throws UserError where it does not answer in time, with its last words */
  async start(): Promise<void> {
    const { dataPath, user, healthPath, environment } = flavors[this.emulator];
    const settings = {
      ...this.image.environment,
      ...environment({
        region: "us-east-1",
        services: ["s3", "sqs", "sns", "dynamodb", "iam", "sts", "logs", "secretsmanager", "ssm", "events"],
        persistence: true,
        lambda: "none",
        corsOrigins: [],
        host: "127.0.0.1",
        routerPort: this.port,
      }),
      ...listen[this.emulator](this.port),
    };
    // In mounts of its own, which end with it. Every step replaces the one before: the process that is started is the emulator.
    const script =
      'for each in /dev /proc; do mount --rbind "$each" "$1$each"; done; mount --bind "$2" "$1$3"; root=$1; shift 3; ' +
      `exec chroot --userspec=${user.uid}:${user.gid} "$root" /usr/bin/env -i "$@"`;
    const words = [...Object.entries(settings).map(([name, value]) => `${name}=${value}`), ...this.image.entrypoint];
    const inside = [
      "--mount",
      "--propagation",
      "private",
      "--",
      "sh",
      "-euc",
      script,
      "sh",
      this.image.root,
      this.data,
      dataPath,
    ];
    const log = openSync(this.log, "a");
    this.child = spawn("unshare", [...inside, ...words], { detached: true, stdio: ["ignore", log, log], cwd: "/" });
    closeSync(log);
    const child = this.child;
    await waitFor(
      async () => {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new UserError(`${this.emulator} ended:\n${this.lastWords()}`);
        const answer = await fetch(this.endpoint + healthPath).catch(() => undefined);
        return answer?.ok ? true : undefined;
      },
      STARTS_WITHIN_SECONDS,
      () => `${this.emulator} did not answer within ${STARTS_WITHIN_SECONDS} s:\n${this.lastWords()}`,
    );
  }

  /** As the kubelet does it: the program gets SIGTERM and its time. */
  async stop(): Promise<void> {
    await this.end("SIGTERM", (pid) => pid);
  }

  /** All of its processes at once, as when the node loses its power. */
  async kill(): Promise<void> {
    await this.end("SIGKILL", (pid) => -pid);
  }

  private async end(signal: NodeJS.Signals, target: (pid: number) => number): Promise<void> {
    const child = this.child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    process.kill(target(child.pid), signal);
    const late = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), flavors[this.emulator].stopSeconds * 1000);
    await ended;
    clearTimeout(late);
  }

  async remove(): Promise<void> {
    await this.kill();
    run("rm", ["-rf", this.folder]);
  }

  private lastWords(): string {
    return readFileSync(this.log, "utf8").split("\n").slice(-15).join("\n");
  }
}

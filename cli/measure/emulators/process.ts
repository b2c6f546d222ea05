/** An emulator of the lab's as a process of this machine: its image's files, its entrypoint, its user, and loopback as its only door. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Flavor } from "../../../components/services/localstack/flavorFacts";
import { flavors } from "../../../components/services/localstack/flavors";
import { run, UserError, waitFor } from "../../../shared/process";

/** The image's files, unpacked; its program, and what stands in its environment. */
interface Unpacked {
  root: string;
  entrypoint: string[];
  environment: Record<string, string>;
}

/** What can be run so. */
export type Examined = Extract<Flavor, "localstack" | "localstack-persist" | "ministack">;

/** Where each takes the address that it listens on. */
const listen: Record<Examined, (port: number) => Record<string, string>> = {
  localstack: (port) => ({ GATEWAY_LISTEN: `127.0.0.1:${port}` }),
  "localstack-persist": (port) => ({ GATEWAY_LISTEN: `127.0.0.1:${port}` }),
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

  private image: Unpacked | undefined;

  private constructor(
    private readonly flavor: Examined,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /**
   * Works with an emulator that is not running yet, and takes all of it away afterwards, also when this program is interrupted.
   * @param archive its image
   * @param change what is done to the image's files, of which it gets the folder, before they are used
   */
  static async during<T>(
    flavor: Examined,
    archive: string,
    work: (program: EmulatorProcess) => Promise<T>,
    change: (root: string) => void = () => {},
  ): Promise<T> {
    const program = new EmulatorProcess(flavor, mkdtempSync(join(tmpdir(), `homelab-${flavor}-`)), await freePort());
    const interrupted = () => {
      program.remove();
      process.exit(130);
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    for (const signal of signals) process.once(signal, interrupted);
    try {
      const { uid, gid } = flavors[flavor].user;
      mkdirSync(program.data);
      chownSync(program.data, uid, gid);
      program.image = unpack(archive, program.folder);
      change(program.image.root);
      return await work(program);
    } finally {
      for (const signal of signals) process.off(signal, interrupted);
      await program.kill();
      program.remove();
    }
  }

  private get data(): string {
    return join(this.folder, "data");
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has printed since the beginning. */
  get log(): string {
    return join(this.folder, "log");
  }

  /** @throws UserError where it does not answer in time, with the end of its output */
  async start(): Promise<void> {
    const { dataPath, user, healthPath, environment } = flavors[this.flavor];
    const image = this.image!;
    const settings = {
      ...image.environment,
      ...environment({
        region: "us-east-1",
        services: ["s3", "sqs", "sns", "dynamodb", "iam", "sts", "logs", "secretsmanager", "ssm", "events"],
        persistence: true,
        lambda: "none",
        corsOrigins: [],
        host: "127.0.0.1",
        routerPort: this.port,
      }),
      ...listen[this.flavor](this.port),
    };
    // In mounts of its own, which end with it. Every step replaces the one before: the process that is started is the emulator.
    const script =
      'for each in /dev /proc; do mount --rbind "$each" "$1$each"; done; mount --bind "$2" "$1$3"; root=$1; shift 3; ' +
      `exec chroot --userspec=${user.uid}:${user.gid} "$root" /usr/bin/env -i "$@"`;
    const words = [...Object.entries(settings).map(([name, value]) => `${name}=${value}`), ...image.entrypoint];
    const inside = ["--mount", "--propagation", "private", "--", "sh", "-euc", script, "sh", image.root, this.data, dataPath];
    const log = openSync(this.log, "a");
    this.child = spawn("unshare", [...inside, ...words], { detached: true, stdio: ["ignore", log, log], cwd: "/" });
    closeSync(log);
    await waitFor(
      async () => {
        if (!this.running) throw new UserError(`${this.flavor} ended:\n${this.outputTail()}`);
        const answer = await fetch(this.endpoint + healthPath).catch(() => undefined);
        return answer?.ok ? true : undefined;
      },
      STARTS_WITHIN_SECONDS,
      () => `${this.flavor} did not answer within ${STARTS_WITHIN_SECONDS} s:\n${this.outputTail()}`,
    );
  }

  /** As the kubelet does it: the program gets SIGTERM and its time. */
  async stop(): Promise<void> {
    await this.end("SIGTERM", (pid) => pid);
  }

  /** All of its processes at once, as when the kernel ends the container. */
  async kill(): Promise<void> {
    await this.end("SIGKILL", (pid) => -pid);
  }

  private async end(signal: NodeJS.Signals, target: (pid: number) => number): Promise<void> {
    if (!this.running) return;
    const child = this.child!;
    const ended = once(child, "exit");
    process.kill(target(child.pid!), signal);
    const late = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), flavors[this.flavor].stopSeconds * 1000);
    await ended;
    clearTimeout(late);
  }

  private remove(): void {
    if (this.running) process.kill(-this.child!.pid!, "SIGKILL");
    // What was killed may need a moment more to be gone.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  private get running(): boolean {
    return this.child?.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  private outputTail(): string {
    return readFileSync(this.log, "utf8").split("\n").slice(-15).join("\n");
  }
}

/**
 * Where the commands and the lab keep their files. Two places only: `.lab/` in the checkout (ignored by git), and a cache of built programs and
 * images that all checkouts of this user share. `HOMELAB_CACHE` moves the cache.
 */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export const root = realpathSync(resolve(__dirname, ".."));

/** The lab's folder. `HOMELAB_LAB` gives another one: a second lab beside the first, as the tests have. */
const lab = process.env.HOMELAB_LAB ? resolve(process.env.HOMELAB_LAB) : join(root, ".lab");

/** Six hexadecimal digits that distinguish this lab from others on the machine; part of every name it makes. */
export const labId = createHash("sha256").update(lab).digest("hex").slice(0, 6);

export const paths = {
  lab,
  /** What `npm stop` keeps and `npm stop -- --data` removes. */
  data: join(lab, "data"),
  pki: join(lab, "data", "pki"),
  store: join(lab, "data", "etcd"),
  /** Where labs kept the cluster's objects before they ran etcd. */
  formerStore: join(lab, "data", "kine"),
  containerd: join(lab, "data", "containerd"),
  volumes: join(lab, "data", "volumes"),
  pulumiState: join(lab, "data", "pulumi-state"),
  passphrase: join(lab, "data", "passphrase"),
  /** What belongs to the running node: sockets, logs, process ids, the configuration made for it. */
  run: join(lab, "run"),
  logs: join(lab, "run", "log"),
  kubeconfig: join(lab, "run", "kubeconfig"),
  hosts: join(lab, "run", "hosts"),
  caCertificate: join(lab, "run", "platform-ca.crt"),
  dockerConfig: join(lab, "run", "docker"),
  certsD: join(lab, "run", "certs.d"),
  /** Programs that commands run: Pulumi's CLI beside its hosts, kubectl, crane. In `bin`, as Pulumi is installed elsewhere. */
  engine: join(lab, "engine", "bin"),
  /** Pulumi's plugins for the lab, stand-ins among them. */
  pulumiHome: join(lab, "pulumi-home"),
  /** Pulumi's plugins for clusters of the user's own: official ones only. */
  ownPulumiHome: join(lab, "pulumi-home-own"),
  /** Generated copies of the stack files, with the context and the encryption salt filled in. */
  stacks: join(lab, "data", "stacks"),
  /** The same for stacks on clusters of the user's own, which have another passphrase: `npm stop -- --data` leaves them. */
  ownStacks: join(lab, "state", "stacks"),
} as const;

export function cacheDir(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return process.env.HOMELAB_CACHE || join(base, "homelab-platform");
}

/** What the machine must have before the lab starts building: checked first, so that nothing fails after half an hour. */
import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { cacheDir, paths } from "../../shared/paths";
import { run, UserError, which } from "../../shared/process";
import { step } from "../../shared/progress";

export interface Requirement {
  name: string;
  found: string | undefined;
  /** What to do when it is missing. */
  remedy: string;
}

/** Programs of the Linux distribution that the node needs, with the Debian package that contains each. */
const systemPrograms: Record<string, string> = {
  containerd: "containerd",
  runc: "runc",
  conntrack: "conntrack",
  iptables: "iptables",
  nft: "nftables",
  ipset: "ipset",
  ip: "iproute2",
  nsenter: "util-linux",
  unshare: "util-linux",
  openssl: "openssl",
  debootstrap: "debootstrap",
};
const CNI_DIRS = ["/usr/lib/cni", "/opt/cni/bin"];
const GIGABYTE = 1e9;
const NEEDED_GIGABYTES = 12;

export function cniDir(): string | undefined {
  return CNI_DIRS.find((folder) => existsSync(`${folder}/bridge`));
}

function freeGigabytes(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const stat = statfsSync(folder);
  return (stat.bavail * stat.bsize) / GIGABYTE;
}

/** Everything the lab asks of the machine, present or not. */
export function requirements(): Requirement[] {
  const go = which("go") ? run("go", ["env", "GOVERSION"], { allowFailure: true }).stdout.trim() : "";
  const goNew = Number(/^go1\.(\d+)/.exec(go)?.[1] ?? 0) >= 26;
  const free = Math.min(freeGigabytes(paths.lab), freeGigabytes(cacheDir()));
  return [
    {
      name: "Linux",
      found: process.platform === "linux" ? "yes" : undefined,
      remedy: "the lab needs Linux; elsewhere set `homelab:context` to a cluster of your own, or install Docker and kind",
    },
    {
      name: "root",
      found: process.getuid?.() === 0 ? "yes" : undefined,
      remedy: "run it as root (`sudo npm start`): the lab makes network namespaces and containers",
    },
    {
      name: "Go 1.26",
      found: goNew ? go : undefined,
      remedy: `${go ? `${go} is too old` : "not installed"}: install Go 1.26 or newer from your distribution or go.dev`,
    },
    {
      name: "disk",
      found: free >= NEEDED_GIGABYTES ? `${free.toFixed(0)} GB free` : undefined,
      remedy: `${free.toFixed(1)} GB free of ${NEEDED_GIGABYTES} GB needed: free some space, or move the cache with HOMELAB_CACHE`,
    },
    ...Object.entries(systemPrograms).map(([program, pkg]) => ({
      name: program,
      found: which(program),
      remedy: `install the package ${pkg}`,
    })),
    { name: "CNI plugins", found: cniDir(), remedy: "install the package containernetworking-plugins" },
    {
      name: "busybox",
      found: existsSync("/bin/busybox") ? "/bin/busybox" : undefined,
      remedy: "install the package busybox-static",
    },
  ];
}

const packageOf = (requirement: Requirement): string | undefined => /install the package (\S+)$/.exec(requirement.remedy)?.[1];

/** Checks the machine; installs missing Debian packages; throws one message that lists all that is still missing. */
export async function meetRequirements(): Promise<void> {
  const lacking = () => requirements().filter((requirement) => requirement.found === undefined);
  const fatal = lacking().filter((requirement) => !packageOf(requirement));
  if (fatal.length > 0) throw new UserError(describe(fatal));
  const packages = [...new Set(lacking().map(packageOf))].filter((name) => name !== undefined);
  if (packages.length > 0 && which("apt-get")) await installPackages(packages);
  const still = lacking();
  if (still.length > 0) throw new UserError(describe(still));
}

async function installPackages(packages: readonly string[]): Promise<void> {
  await step(`installing ${packages.length} Debian packages`, () => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    run("apt-get", ["update", "-qq"], { env, allowFailure: true });
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
  });
}

/** A program that only some labs need, asked for when one does. */
export async function needProgram(program: string, pkg: string): Promise<void> {
  if (!which(program) && which("apt-get")) await installPackages([pkg]);
  if (!which(program)) throw new UserError(describe([{ name: program, found: undefined, remedy: `install the package ${pkg}` }]));
}

function describe(lacking: Requirement[]): string {
  const lines = lacking.map((requirement) => `  ${requirement.name.padEnd(12)} ${requirement.remedy}`);
  return ["This machine lacks what the lab needs:", ...lines, "Then run the same command again."].join("\n");
}

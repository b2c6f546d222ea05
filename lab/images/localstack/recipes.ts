/** The AWS emulators that the lab assembles from their Python packages, for stacks that use one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "../layer";

export type Emulator = "localstack" | "ministack";

/**
 * Every package of an emulator with its version, as pip reads it. LocalStack's are the versions of the image that its project
 * publishes, without what no service of the free edition imports (checks of templates, gRPC, GraphQL).
 */
const requirements = (emulator: Emulator) => readFileSync(join(__dirname, `${emulator}.txt`), "utf8");

/** The version of each emulator: that of its own package among the pinned ones. */
export const emulatorVersions: Readonly<Record<Emulator, string>> = {
  localstack: versionOf("localstack", "localstack-core"),
  ministack: versionOf("ministack", "ministack"),
};

/** Names that say what is inside: neither is the image that its project publishes. */
export const emulatorImageNames: Readonly<Record<Emulator, string>> = {
  localstack: `docker.io/homelab-lab/localstack:${emulatorVersions.localstack}`,
  ministack: `docker.io/homelab-lab/ministack:${emulatorVersions.ministack}`,
};

function versionOf(emulator: Emulator, requirement: string): string {
  return new RegExp(`^${requirement}==(.+)$`, "m").exec(requirements(emulator))![1]!;
}

export interface Recipe {
  name: string;
  description: string;
  requirements: string;
  /** Debian's, beside Python. */
  packages: readonly string[];
  /** Folders of installed packages that nothing here reads. */
  trim: readonly string[];
  entrypoint: readonly string[];
  env: Readonly<Record<string, string>>;
  /** What the image has beside Debian and the packages. */
  layer: Layer;
}

/** Init hooks call `aws`; the one that pip makes names the interpreter of the folder it was built in. */
const awsCommand = { to: "/usr/local/bin/aws", content: '#!/bin/sh\nexec python3 -m awscli "$@"\n', mode: 0o755 };
const hookFolder = { to: "/etc/localstack/init/ready.d" };
const common = { PYTHONUNBUFFERED: "1", HOME: "/tmp" };

export const recipes: Record<Emulator, () => Recipe> = {
  localstack: () => ({
    name: emulatorImageNames.localstack,
    description: `LocalStack ${emulatorVersions.localstack} from its Python package, assembled by the lab`,
    requirements: requirements("localstack"),
    packages: [],
    // The Kinesis client's Java libraries and the texts of `aws help`.
    trim: ["amazon_kclpy/jars", "awscli/examples", "bin"],
    entrypoint: ["python3", "-m", "localstack.runtime.main"],
    env: { ...common, OVERRIDE_IN_DOCKER: "1" },
    layer: {
      directories: [
        hookFolder,
        ...["/var/lib/localstack", "/usr/lib/localstack", "/tmp/localstack"].map((to) => ({ to, mode: 0o777 })),
      ],
      files: [awsCommand],
    },
  }),
  ministack: () => ({
    name: emulatorImageNames.ministack,
    description: `MiniStack ${emulatorVersions.ministack} from its Python package, assembled by the lab`,
    requirements: requirements("ministack"),
    // Functions in JavaScript run in the emulator's container.
    packages: ["nodejs"],
    trim: ["awscli/examples", "bin"],
    entrypoint: ["python3", "-m", "ministack"],
    env: common,
    layer: { directories: [hookFolder, { to: "/data", mode: 0o777 }], files: [awsCommand] },
  }),
};

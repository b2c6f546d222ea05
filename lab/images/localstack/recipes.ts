/** The AWS emulators that the lab assembles from their Python packages, for stacks that use one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "../layer";

/** Names that tell what is inside: neither is the image that its project publishes. */
export const emulatorImageNames = {
  localstack: "docker.io/homelab-lab/localstack:4.7.0",
  ministack: "docker.io/homelab-lab/ministack:1.4.21",
} as const;

export type Emulator = keyof typeof emulatorImageNames;

export interface Recipe {
  name: string;
  description: string;
  /** Every Python package with its version, as pip reads it. */
  requirements: string;
  /** Folders of installed packages that nothing here imports. */
  trim: readonly string[];
  entrypoint: readonly string[];
  env: Readonly<Record<string, string>>;
  /** What the image has beside Debian and the packages. */
  layer: Layer;
}

const read = (file: string) => readFileSync(join(__dirname, file), "utf8");

/** Init hooks call `aws`; the one that pip makes names the interpreter of the folder it was built in. */
const awsCommand = { to: "/usr/local/bin/aws", content: '#!/bin/sh\nexec python3 -m awscli "$@"\n', mode: 0o755 };
const hookFolder = { to: "/etc/localstack/init/ready.d" };
const common = { PYTHONUNBUFFERED: "1", HOME: "/tmp" };

export const recipes: Record<Emulator, () => Recipe> = {
  localstack: () => ({
    name: emulatorImageNames.localstack,
    description: "LocalStack 4.7.0 from its Python package, the last that runs on Debian 12's Python, assembled by the lab",
    requirements: read("localstack.txt"),
    // Template checks, stream readers, search and database clients: more than half of the size.
    trim: [
      "sympy",
      "mpmath",
      "networkx",
      "cfnlint",
      "samtranslator",
      "amazon_kclpy",
      "grpc",
      "pymongo",
      "bson",
      "gridfs",
      "opensearchpy",
      "graphql",
      "awscli/examples",
      "pip",
      "setuptools",
      "bin",
    ],
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
    description: "MiniStack 1.4.21 from its Python package, assembled by the lab",
    requirements: read("ministack.txt"),
    trim: ["awscli/examples", "bin"],
    entrypoint: ["python3", "-m", "ministack"],
    env: common,
    layer: { directories: [hookFolder, { to: "/data", mode: 0o777 }], files: [awsCommand] },
  }),
};

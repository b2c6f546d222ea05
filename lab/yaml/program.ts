import { join } from "node:path";
import type { Program } from "../engine/programs";
import { root } from "../../shared/paths";

/** Reads YAML as Kubernetes does, with Kubernetes' own reader: what this project's reader is compared with (main.go). */
export const yamlProgram: Program = {
  name: "yaml",
  version: "v0.34.9",
  binaries: ["yaml"],
  versionFlags: [],
  source: { folder: join(root, "lab", "yaml"), targets: ["."] },
  estimate: 15,
};

import { join } from "node:path";
import type { Program } from "../engine/programs";
import { root } from "../../shared/paths";

/** Evaluates ValidatingAdmissionPolicies on objects as the API server does, thousands a second (main.go). */
export const admissionProgram: Program = {
  name: "admission",
  version: "v0.34.9",
  binaries: ["admission"],
  versionFlags: [],
  source: { folder: join(root, "lab", "admission"), targets: ["."] },
  estimate: 60,
};

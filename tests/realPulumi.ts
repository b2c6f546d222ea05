import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPrograms } from "../lab/engine/build";
import { enginePrograms } from "../lab/engine/programs";

export interface RealPulumi {
  folder: string;
  /** Runs the CLI in the folder, and gives what it prints. */
  run(...words: string[]): string;
  remove(): void;
}

/** The real pulumi in a folder of its own, with its state there. Go compiles it the first time. @param project Pulumi.yaml */
export async function realPulumi(project: string): Promise<RealPulumi> {
  const { pulumi } = await buildPrograms(enginePrograms.filter(({ name }) => name === "pulumi"));
  const folder = mkdtempSync(join(tmpdir(), "homelab-pulumi-"));
  const env = {
    ...process.env,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  mkdirSync(join(folder, "state"));
  writeFileSync(join(folder, "Pulumi.yaml"), project);
  return {
    folder,
    run(...words) {
      const answer = spawnSync(pulumi!, [...words, "--non-interactive"], { cwd: folder, env, encoding: "utf8" });
      assert.equal(answer.status, 0, answer.stderr);
      return answer.stdout;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

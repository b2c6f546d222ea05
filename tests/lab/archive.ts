import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** What the system's tar says about an archive. */
export function tar(archive: Buffer | string, ...options: string[]): string {
  const input = typeof archive === "string" ? readFileSync(archive) : archive;
  return execFileSync("tar", ["--numeric-owner", "-f", "-", ...options], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env: { ...process.env, TZ: "UTC", LC_ALL: "C" },
  });
}

/** The passphrase of stacks whose user has none of his own: made once, beside the state that hangs on it. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../shared/process";

/** The names of the stacks in a folder of Pulumi's whose state holds anything encrypted. */
export function lockedStacks(state: string): string[] {
  const stacks = join(state, ".pulumi", "stacks");
  if (!existsSync(stacks)) return [];
  const files = readdirSync(stacks, { recursive: true, encoding: "utf8" }).filter((name) => /\.json(?:\.bak)?$/.test(name));
  const locked = files.filter((name) => readFileSync(join(stacks, name), "utf8").includes('"ciphertext":'));
  return [...new Set(locked.map((name) => name.replace(/^.*\//, "").replace(/\.json(?:\.bak)?$/, "")))].sort();
}

/**
 * Leaves a passphrase in `file`, a new one only where nothing hangs on a former one.
 * @param state folder of the states that are encrypted with it
 * @throws UserError where it is lost
 */
export function ensurePassphrase(file: string, state: string): void {
  mkdirSync(state, { recursive: true });
  if (existsSync(file) && readFileSync(file, "utf8").trim() !== "") return;
  const locked = lockedStacks(state);
  if (locked.length > 0) throw new UserError(lostPassphrase(file, state, locked));
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  writeFileSync(partial, randomBytes(32).toString("base64url"), { mode: 0o600 });
  renameSync(partial, file);
}

function lostPassphrase(file: string, state: string, locked: readonly string[]): string {
  const aside = `${join(state, ".pulumi")}.locked`;
  return `The passphrase ${file} is gone, and the state of ${locked.join(", ")} hangs on it: a new one would not open what is encrypted there (passwords that were generated, secrets of apps). Nothing was changed.
Put the file back from a copy if there is one, then run the same command again.
Where it is lost for good, begin a new state; what the cluster has of the platform is taken up into it, with its data and the passwords that are in its Secrets:
  mv '${join(state, ".pulumi")}' '${aside}'`;
}

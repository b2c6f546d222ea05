/** Copying databases out of the cluster. */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { copies } from "../../../components/services/apps/copies/scripts";
import { UserError } from "../../../shared/process";
import type { Database } from "../databases";
import type { Stack } from "../pulumi";
import { byHand, takeAway, inCopier, runningPod } from "./pod";

/**
 * Copies the databases of an app into a folder of their own below `folder`, each at the path that it has in its container.
 * The copies are checked before they leave the cluster, and are gone from there afterwards: they neither count as
 * scheduled ones nor take their place.
 * @returns the folder
 */
export async function backUp(stack: Stack, database: Database, folder: string): Promise<string> {
  const pod = runningPod(stack, database);
  const there = `.by-hand-${process.pid}-${Date.now()}`;
  try {
    const [first, ...lines] = byHand(stack, database, pod, ["copy", there]).split("\n");
    const copy = join(folder, `${database.app}-${first!.replace("name ", "")}`);
    const partial = `${copy}.partial`;
    rmSync(partial, { recursive: true, force: true });
    for (const line of lines) {
      const [sum, path] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
      const file = join(partial, path);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const to = openSync(file, "w", 0o600);
      try {
        inCopier(stack, database, pod, ["cat", `${copies.backupsFolder}/${there}${path}`], { to });
      } finally {
        closeSync(to);
      }
      if ((await sumOf(file)) !== sum) {
        rmSync(partial, { recursive: true });
        throw new UserError(`The app ${database.app}: its copy did not arrive whole. Run the same command again.`);
      }
    }
    renameSync(partial, copy);
    return copy;
  } finally {
    takeAway(stack, database, pod, "discard", there);
  }
}

/** SHA-256 of a file, in hexadecimal. */
export async function sumOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

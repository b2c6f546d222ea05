/** How a stack's databases and their copies are. */
import { copies } from "../../../components/services/apps/copies/scripts";
import { databasesOf, type Database } from "../databases";
import type { ServiceHealth } from "../serviceHealth";
import type { Stack } from "../pulumi";
import { checkBare } from "./bare";
import { inCopier, notRunning, podsOf, workloadOf } from "./pod";
import { parseStatus, verdictOf, withClaims, type Verdict } from "./status";

/** One row for each app with a database. */
export async function checkCopies(stack: Stack, outputs: Record<string, unknown>): Promise<ServiceHealth[]> {
  const rows: ServiceHealth[] = [];
  for (const database of databasesOf(outputs)) {
    const begin = performance.now();
    const { healthy, pending, detail } = await check(stack, database);
    const latencyMs = Math.round((performance.now() - begin) * 10) / 10;
    const url = database.backups === undefined ? `database in ${database.claim}` : `copies in ${database.backups}`;
    rows.push({ name: database.app, url, healthy, pending, latencyMs, detail: withClaims(detail, database) });
  }
  return rows;
}

async function check(stack: Stack, database: Database): Promise<Verdict> {
  const failed = (detail: string): Verdict => ({ healthy: false, pending: false, detail });
  try {
    if (database.backups === undefined) return await checkBare(stack, database);
    const pod = podsOf(stack, database, workloadOf(stack, database)).at(-1);
    const why = notRunning(pod, database.namespace);
    if (why !== undefined) return failed(why);
    const file = `${copies.stateFolder}/${copies.status}`;
    const said = inCopier(stack, database, pod!, ["/bin/sh", "-c", `date +%s; [ ! -f ${file} ] || cat ${file}`]);
    const [asked, ...lines] = said.split("\n");
    // It tells after its first look, which comes at once.
    if (lines.length === 0) return { healthy: true, pending: true, detail: "the first copy is being made" };
    return verdictOf(database.app, parseStatus(lines.join("\n")), Number(asked));
  } catch (error) {
    return failed((error as Error).message.trim().split("\n").at(-1)!);
  }
}

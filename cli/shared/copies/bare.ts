/** Databases of which no copies are made: nothing looks at them all the time, so the program's own container is asked. */
import { askKubectl } from "../kubectl";
import type { Database } from "../databases";
import type { Stack } from "../pulumi";
import { podsOf, workloadOf, type Pod } from "./pod";
import { START, type Verdict } from "./status";

/** Whether the files that the block names are there; a folder has to be, whatever is in it. */
export async function checkBare(stack: Stack, database: Database): Promise<Verdict> {
  const pod = podsOf(stack, database, workloadOf(stack, database)).at(-1);
  const container = pod && containerOf(pod, database);
  if (container === undefined || pod?.status.startTime === undefined) return verdictOfBare(database, undefined, 0);
  const place = ["exec", "-n", database.namespace, pod.metadata.name, "-c", container, "--"];
  const answers = await Promise.all(database.files.map((file) => askKubectl(stack, [...place, "test", "-e", file])));
  // Without such a program there is another answer.
  const gone = answers.map(({ stderr }) => /terminated with exit code 1$/.test(stderr.trim()));
  const known = answers.every(({ stdout }, i) => stdout !== undefined || gone[i]);
  const missing = known ? database.files.filter((_, i) => gone[i]) : undefined;
  return verdictOfBare(database, missing, (Date.now() - Date.parse(pod.status.startTime)) / 1000);
}

function containerOf({ spec, status }: Pod, { claim }: Database): string | undefined {
  const volumes = (spec.volumes ?? []).flatMap((one) => (one.persistentVolumeClaim?.claimName === claim ? [one.name] : []));
  const running = (status.containerStatuses ?? []).flatMap(({ name, state }) => (state?.running ? [name] : []));
  const mounts = spec.containers.filter((one) => one.volumeMounts?.some(({ name }) => volumes.includes(name)));
  return mounts.find(({ name }) => running.includes(name))?.name;
}

/** @param missing undefined where nobody could tell; `uptime` of the pod in seconds. Pure. */
export function verdictOfBare({ app }: Pick<Database, "app">, missing: string[] | undefined, uptime: number): Verdict {
  const without = "no copies are made of it (`backup`)";
  if (missing === undefined) return { healthy: true, pending: false, detail: `whether it is there is not known; ${without}` };
  if (missing.length === 0) return { healthy: true, pending: false, detail: `there; ${without}` };
  const late = uptime > START;
  const detail = `there is no database ${missing.join(", ")}${late ? `: correct \`file\` in the \`database\` of ${app}` : " yet"}; ${without}`;
  return { healthy: !late, pending: !late, detail };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DeclaredResources } from "./resolve";
import { port } from "./flavors";

/*
 * The files that make what is declared when the emulator starts. The program itself is declare.py; it does not change with
 * the declaration, which lies beside it as JSON.
 */

const folder = "/etc/homelab/declared";
const values = "/etc/homelab/values";
/** Where the hook leaves its output and its exit code, for those who wait for it. */
const work = "/tmp/homelab";

export const hookPaths = { folder, values } as const;

/** File names in the ConfigMap. */
export const hookFile = "10-homelab.sh";
const gateFile = "wait.sh";

/** Name of the file with a declared secret's value. */
export const valueFile = (index: number): string => `secret-${index}`;

/** What the emulator runs once it answers: makes what is declared, and says how that ended. */
function hook(region: string): string {
  return `#!/bin/sh
mkdir -p ${work}
python3 ${folder}/declare.py http://127.0.0.1:${port} ${region} ${folder}/declared.json ${values} > ${work}/output 2>&1
code=$?
cat ${work}/output
echo $code > ${work}/ended
exit $code
`;
}

/**
 * Waits, beside the emulator, until the hook has ended. Kubernetes runs it when the container has started, takes the pod
 * for not ready until it ends, and stops the container when it fails, with what it printed as the reason: an emulator
 * without its resources is not ready, and a deployment shows why.
 */
const gate = `#!/bin/sh
waited=0
until [ -s ${work}/ended ]; do
  if [ $waited -ge $(($1 * 2)) ]; then
    { echo "The emulator did not end its init hook within $1 s."; tail -n 12 ${work}/output 2> /dev/null; } | tee /dev/termination-log
    exit 1
  fi
  waited=$((waited + 1))
  sleep 0.5
done
[ "$(cat ${work}/ended)" = 0 ] && exit 0
{ echo "What is declared could not be made:"; tail -n 12 ${work}/output | cut -c 1-400; } | tee /dev/termination-log
exit 1
`;

export function hookGate(seconds: number): string[] {
  return ["/bin/sh", `${folder}/${gateFile}`, seconds.toString()];
}

/** The files by name. Values of secrets are not among them: the declaration names the file of each. */
export function hookData(region: string, declared: DeclaredResources): Record<string, string> {
  const { buckets, queues, topics, tables, parameters } = declared;
  const secrets = declared.secrets.map(({ name }, i) => ({ name, file: valueFile(i) }));
  return {
    [hookFile]: hook(region),
    [gateFile]: gate,
    "declare.py": readFileSync(join(__dirname, "declare.py"), "utf8"),
    "declared.json": JSON.stringify({ buckets, queues, topics, tables, parameters, secrets }, undefined, 2),
  };
}

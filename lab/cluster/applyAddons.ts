/** Puts the add-ons of a home cluster on the lab's node and waits until they serve. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import { buildPrograms } from "../engine/build";
import { clusterPrograms } from "../engine/programs";
import { paths } from "../../shared/paths";
import { waitFor } from "../../shared/process";
import { step } from "../../shared/progress";
import { addons, certManagerProbe, traefik, transportSettings } from "./addons";
import { DNS_SERVICE_ADDRESS } from "./network";
import { kubectl, type Programs } from "./kubectl";
import { runningNode, type NodeRecord } from "./node";

interface Workload {
  kind: string;
  metadata: { name: string; namespace: string; generation: number };
  spec: { replicas?: number };
  status?: { observedGeneration?: number; availableReplicas?: number; numberAvailable?: number; desiredNumberScheduled?: number };
}

/** Where the hash of what was applied last lies. */
const stamp = () => join(paths.run, "addons.sha256");
const APPLY = ["apply", "--server-side", "--force-conflicts", "--field-manager=homelab-lab", "-f", "-"];

/** Applies the add-ons on the server's side; nothing is sent when they are what was applied last. */
export async function applyAddons(programs: Programs, node: NodeRecord, names: readonly string[]): Promise<void> {
  const objects = addons({
    dnsServiceAddress: DNS_SERVICE_ADDRESS,
    nodeAddress: node.network.nodeAddress,
    names: [...names],
    volumesPath: paths.volumes,
    traefikSettings: tuning(programs),
  });
  const manifest = objects.map((object) => stringify(object)).join("---\n");
  const hash = createHash("sha256").update(manifest).digest("hex");
  if (existsSync(stamp()) && readFileSync(stamp(), "utf8") === hash) return;
  let words = "";
  // Objects of a kind can only be applied once its definition is served; the first pass may come a moment too early.
  await waitFor(
    () => {
      const applied = kubectl(programs, APPLY, manifest);
      words = applied.stderr.trim();
      return applied.status === 0 ? true : undefined;
    },
    30,
    () => `The lab's add-ons could not be applied:\n${words}`,
    500,
  );
  writeFileSync(stamp(), hash);
}

/**
 * What a deployment asks of Traefik: on K3s a controller gives a HelmChartConfig to Traefik's chart as soon as it is there, or gone, and
 * the lab does so after a deployment. Nothing happens where Traefik runs with these settings.
 */
export async function followDeployment(): Promise<void> {
  const node = runningNode();
  if (node === undefined) return;
  const programs = await buildPrograms(clusterPrograms);
  const objects = traefik({ nodeAddress: node.network.nodeAddress, traefikSettings: tuning(programs) });
  const wanted = objects.find(({ kind }) => kind === "Deployment")! as unknown as TraefikDeployment;
  const answer = kubectl(programs, ["get", "deployment", "traefik", "-n", "kube-system", "-o", "json"]);
  const running = answer.status === 0 ? (JSON.parse(answer.stdout) as TraefikDeployment) : undefined;
  if (isDeepStrictEqual(argumentsOf(running), argumentsOf(wanted))) return;
  await step("add-ons: Traefik follows its HelmChartConfig", async () => {
    // The hash on disk no longer matches what runs.
    rmSync(stamp(), { force: true });
    const applied = kubectl(programs, APPLY, JSON.stringify(wanted));
    if (applied.status !== 0) throw new Error(`Traefik's settings could not be applied:\n${applied.stderr.trim()}`);
    await waitForAddons(programs);
  });
}

interface TraefikDeployment {
  spec: { template: { spec: { containers: { args: string[] }[] } } };
}

const argumentsOf = (deployment?: TraefikDeployment) => deployment?.spec.template.spec.containers[0]?.args;

/** What the cluster's HelmChartConfig for Traefik says; nothing where there is none, or its kind is not known yet. */
function tuning(programs: Programs): Record<string, string> {
  const answer = kubectl(programs, ["get", "helmchartconfigs.helm.cattle.io", "traefik", "-n", "kube-system", "-o", "json"]);
  if (answer.status !== 0) return {};
  const { spec } = JSON.parse(answer.stdout) as { spec?: { valuesContent?: string } };
  return transportSettings(spec?.valuesContent ?? "");
}

function isAvailable(workload: Workload): boolean {
  const { spec, status, metadata } = workload;
  if ((status?.observedGeneration ?? 0) < metadata.generation) return false;
  if (workload.kind === "DaemonSet") {
    return (status?.desiredNumberScheduled ?? 0) > 0 && status?.numberAvailable === status?.desiredNumberScheduled;
  }
  return (status?.availableReplicas ?? 0) >= (spec.replicas ?? 1);
}

/** Waits until every add-on workload is available; on failure says which is not, and what its pods say. */
export async function waitForAddons(programs: Programs): Promise<void> {
  const waiting = () => {
    const answer = kubectl(programs, ["get", "deployments,daemonsets", "-A", "-l", "homelab.lab/addon", "-o", "json"]);
    if (answer.status !== 0) return ["(the API server does not answer)"];
    const workloads = (JSON.parse(answer.stdout) as { items: Workload[] }).items;
    return workloads.length === 0
      ? ["(none yet)"]
      : workloads.filter((item) => !isAvailable(item)).map((item) => `${item.metadata.namespace}/${item.metadata.name}`);
  };
  await waitFor(
    () => (waiting().length === 0 ? true : undefined),
    120,
    () => {
      const pods = kubectl(programs, ["get", "pods", "-A", "-o", "wide"]).stdout;
      return `These add-ons are not available after 120 s: ${waiting().join(", ")}\n${pods}`;
    },
    400,
  );
  // A webhook is available a moment before its certificate is known to the API server.
  let words = "";
  await waitFor(
    () => {
      const answer = kubectl(programs, ["create", "--dry-run=server", "-f", "-"], JSON.stringify(certManagerProbe));
      words = answer.stderr.trim();
      return answer.status === 0 ? true : undefined;
    },
    60,
    () => `cert-manager's webhook does not accept objects after 60 s:\n${words}`,
    300,
  );
}

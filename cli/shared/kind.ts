/**
 * The dev stack on kind: a cluster of its own name, created only if absent, with Traefik and cert-manager from their charts.
 * Traefik's HTTPS entry point is published at 127.0.0.1:5000 through the node port 30500.
 */
import { say, step } from "../../shared/progress";
import { run, UserError, which } from "../../shared/process";
import { DONE } from "./command";
import { KIND_CLUSTER, KIND_CONTEXT } from "./stacks";

const NODE_PORT = 30500;

const cluster = `
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings:
      - { containerPort: ${NODE_PORT}, hostPort: 5000, listenAddress: 127.0.0.1, protocol: TCP }
`;

/** Charts that a K3s cluster brings along, or that its owner installed; kind has neither. */
const charts = [
  {
    release: "traefik",
    namespace: "traefik",
    repository: "https://traefik.github.io/charts",
    chart: "traefik",
    version: "37.4.0",
    values: ["service.type=ClusterIP", "ports.websecure.transport.respondingTimeouts.readTimeout=600s"],
  },
  {
    release: "cert-manager",
    namespace: "cert-manager",
    repository: "https://charts.jetstack.io",
    chart: "cert-manager",
    version: "v1.19.1",
    values: ["crds.enabled=true"],
  },
];

const clusters = () => run("kind", ["get", "clusters"], { allowFailure: true }).stdout.split("\n");

/** Makes the cluster when it is not there, and puts on it what the platform builds on. */
export async function ensureKind(): Promise<void> {
  if (!which("helm"))
    throw new UserError(
      "kind is here but helm is not: Traefik and cert-manager come from their charts. Install helm, then run this again.",
    );
  if (!clusters().includes(KIND_CLUSTER)) {
    await step(
      `kind: creating the cluster ${KIND_CLUSTER}`,
      () => run("kind", ["create", "cluster", "--name", KIND_CLUSTER, "--config", "-", "--wait", "120s"], { input: cluster }),
      "kind create",
    );
  }
  for (const { release, namespace, repository, chart, version, values } of charts) {
    const args = [
      "upgrade",
      "--install",
      release,
      chart,
      "--repo",
      repository,
      "--version",
      version,
      "--namespace",
      namespace,
      "--create-namespace",
      "--kube-context",
      KIND_CONTEXT,
      "--wait",
      ...values.flatMap((value) => ["--set", value]),
    ];
    await step(`kind: ${chart}`, () => run("helm", args), `kind ${chart}`);
  }
}

/** kind keeps volumes inside its node: stopping with the data kept means leaving the node stopped, not deleted. */
export function removeKind(data: boolean): number {
  if (!clusters().includes(KIND_CLUSTER)) say("Nothing was running.");
  else if (data) run("kind", ["delete", "cluster", "--name", KIND_CLUSTER]);
  else run("docker", ["stop", `${KIND_CLUSTER}-control-plane`]);
  return DONE;
}

/**
 * The dev stack on kind: a cluster of its own name, created only if absent, with Traefik and cert-manager from their charts.
 * Traefik's HTTPS entry point is published at 127.0.0.1:5000 through the node port 30500.
 */
import { say, step } from "../../shared/progress";
import { run, UserError, which } from "../../shared/process";
import { paths } from "../../shared/paths";
import { ensureEngine } from "../engine/ensure";
import { ordinary, type Cluster } from "./cluster";

const CLUSTER = "pallet-dev";
const CONTEXT = `kind-${CLUSTER}`;
const PORT = 5000;
const NODE_PORT = 30500;

export const kindCluster: Cluster = {
  ...ordinary,
  description: "kind on this machine",
  purpose: "own cluster",
  local: true,
  kubectlArguments: ["--context", CONTEXT],
  stackFolder: paths.ownStacks,
  settings: () => ({
    context: CONTEXT,
    routing: { port: PORT, nodePort: NODE_PORT, address: "127.0.0.1", traefikNamespace: "traefik" },
    storage: { class: "standard" },
  }),
  ensureUp: async () => {
    await createCluster();
    return step("engine: Pulumi and its plugins", () => ensureEngine("own cluster"));
  },
  takeDown: (removeData) => {
    if (!clusters().includes(CLUSTER)) say("Nothing was running.");
    else if (removeData) run("kind", ["delete", "cluster", "--name", CLUSTER]);
    // kind keeps volumes inside its node: stopping with the data kept means leaving the node stopped, not deleted.
    else run("docker", ["stop", `${CLUSTER}-control-plane`]);
  },
};

const dockerRuns = () =>
  which("docker") !== undefined && run("docker", ["info"], { allowFailure: true, timeoutSeconds: 10 }).status === 0;

/** Whether this machine can have one. */
export const kindIsHere = () => which("kind") !== undefined && dockerRuns();

const cluster = `
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings:
      - { containerPort: ${NODE_PORT}, hostPort: ${PORT}, listenAddress: 127.0.0.1, protocol: TCP }
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
async function createCluster(): Promise<void> {
  if (!which("helm")) {
    throw new UserError(
      "kind is here but helm is not: Traefik and cert-manager come from their charts. Install helm, then run this again.",
    );
  }
  if (!clusters().includes(CLUSTER)) {
    await step(
      `kind: creating the cluster ${CLUSTER}`,
      () => run("kind", ["create", "cluster", "--name", CLUSTER, "--config", "-", "--wait", "120s"], { input: cluster }),
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
      CONTEXT,
      "--wait",
      ...values.flatMap((value) => ["--set", value]),
    ];
    await step(`kind: ${chart}`, () => run("helm", args), `kind ${chart}`);
  }
}

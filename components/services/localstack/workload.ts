import type * as k8s from "@pulumi/kubernetes";
import { images } from "../../../kubernetes/images";
import type { LocalstackConfig } from "./resolve";
import {
  container,
  contentChecksum,
  dnsEgress,
  httpProbes,
  podTemplate,
  roleOf,
  tcp,
  type EnvValue,
  type Peer,
} from "../../builders";
import { flavors, port } from "./flavors";
import { gateway, gatewayPort } from "./gateway";
import { hookFile, hookGate, hookPaths } from "./initHook";

export const emulator = roleOf({ name: "localstack" });

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;
type Volume = k8s.types.input.core.v1.Volume;
type VolumeMount = k8s.types.input.core.v1.VolumeMount;

export interface EmulatorPodArgs {
  config: LocalstackConfig;
  environment: Record<string, EnvValue>;
  configMap: string;
  /** Name of the ConfigMap with the gateway's configuration. */
  gatewayConfigMap: string;
  valuesSecret: string;
  claimName: string;
  /** What has to restart the pod when it changes. */
  content: string;
}

/** The emulator's pod: ready once it answers and its init hook has made what is declared. */
export function emulatorPod(args: EmulatorPodArgs): k8s.types.input.core.v1.PodTemplateSpec {
  const { config } = args;
  const flavor = flavors[config.flavor];
  const basis = container({
    name: "localstack",
    image: config.image,
    ports: { http: port },
    env: args.environment,
    mounts: {
      data: { path: flavor.dataPath },
      declared: { path: hookPaths.folder, readOnly: true },
      values: { path: hookPaths.values, readOnly: true },
    },
    probes: httpProbes({ path: flavor.healthPath, port: "http", startSeconds: config.startSeconds }),
    resources: config.resources,
    // Emulators write beside their code, into their home, and to /tmp.
    writableRoot: true,
  });
  const main: Container = {
    ...basis,
    volumeMounts: [
      ...(basis.volumeMounts as VolumeMount[]),
      // The file, not its folder: a mounted ConfigMap holds every file twice, once behind a link, and the hook would run twice.
      { name: "declared", mountPath: `${flavor.hookFolder}/${hookFile}`, subPath: hookFile, readOnly: true },
    ],
    lifecycle: { postStart: { exec: { command: hookGate(config.startSeconds) } } },
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
  const front = gateway(config.gateway.image, args.gatewayConfigMap);
  const template = podTemplate({
    labels: emulator.labels,
    // A file mounted by subPath never changes in a running pod, and hooks run at starts only.
    annotations: contentChecksum(args.content),
    user: flavor.user,
    terminationGracePeriodSeconds: flavor.stopSeconds,
    containers: [main, front.container],
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: args.claimName } },
      { name: "declared", configMap: { name: args.configMap, defaultMode: 0o755 } },
      { name: "values", secret: { secretName: args.valuesSecret, defaultMode: 0o440 } },
      ...front.volumes,
    ],
  });
  return { ...template, spec: withDocker(template.spec as PodSpec, config) };
}

/** Functions in containers of their own: what the exemption in the configuration is for. */
function withDocker(pod: PodSpec, { lambda, exemptions }: LocalstackConfig): PodSpec {
  if (exemptions.lambda === undefined) return pod;
  const volumes = pod.volumes as Volume[];
  if (lambda === "dind") {
    return { ...pod, initContainers: [dockerInDocker()], volumes: [...volumes, { name: "docker", emptyDir: {} }] };
  }
  if (lambda === "hostSocket") {
    const root = { runAsNonRoot: false, runAsUser: 0 };
    const [main, ...others] = pod.containers as Container[];
    return {
      ...pod,
      securityContext: { ...(pod.securityContext as object), ...root },
      // Only root may open the socket.
      containers: [
        {
          ...main!,
          securityContext: { ...(main!.securityContext as object), ...root },
          volumeMounts: [...(main!.volumeMounts as VolumeMount[]), { name: "docker", mountPath: "/var/run/docker.sock" }],
        },
        ...others,
      ],
      volumes: [...volumes, { name: "docker", hostPath: { path: "/var/run/docker.sock", type: "Socket" } }],
    };
  }
  return pod;
}

/** Docker as a sidecar: started first, stopped last. It listens inside the pod only. */
function dockerInDocker(): Container {
  return {
    name: "docker",
    image: images.docker,
    args: ["dockerd", "--host=tcp://127.0.0.1:2375", "--tls=false"],
    restartPolicy: "Always",
    volumeMounts: [{ name: "docker", mountPath: "/var/lib/docker" }],
    securityContext: { privileged: true, runAsUser: 0, runAsNonRoot: false },
    startupProbe: {
      exec: { command: ["docker", "--host=tcp://127.0.0.1:2375", "info"] },
      periodSeconds: 2,
      failureThreshold: 60,
    },
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "1", memory: "1Gi" } },
  };
}

/** The router reaches the gateway, and the emulator reaches name servers; functions in containers reach what they need to. */
export function emulatorTraffic(
  routerPeers: Peer[],
  { lambda, edge }: LocalstackConfig,
): k8s.types.input.networking.v1.NetworkPolicySpec {
  const outside = lambda === "dind" || lambda === "hostSocket";
  return {
    podSelector: { matchLabels: emulator.selector },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: routerPeers, ports: [tcp(gatewayPort)] }, ...(edge ? [{ ports: [tcp(port)] }] : [])],
    egress: outside ? [{}] : [dnsEgress()],
  };
}

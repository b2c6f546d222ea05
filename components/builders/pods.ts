import type * as pulumi from "@pulumi/pulumi";
import type * as k8s from "@pulumi/kubernetes";
import type { ResourcesConfig } from "../config/types";
import type { Labels } from "./labels";
import type { Probes } from "./probes";
import { resources } from "./resources";
import { containerSecurityContext, podSecurityContext, type PodUser } from "./security";

type Container = k8s.types.input.core.v1.Container;
type EnvVar = k8s.types.input.core.v1.EnvVar;
type Volume = k8s.types.input.core.v1.Volume;

/** A plain value, or where to find it: values that are secret go by reference, never by value. */
export type EnvValue = pulumi.Input<string> | { secretName: string; key: string };

export interface ContainerArgs {
  name: string;
  image: string;
  args?: string[];
  /** Port names and numbers. A name is what Services and probes point to. */
  ports?: Record<string, number>;
  env?: Record<string, EnvValue>;
  /** Volume name -> where it appears. */
  mounts?: Record<string, { path: string; readOnly?: boolean }>;
  probes: Probes;
  resources: ResourcesConfig;
  /** For a program that cannot live with a read-only root file system. Say why where it is set. */
  writableRoot?: boolean;
}

/** A long-running container with the platform's defaults: probes, requests and limits, no privileges. */
export function container(args: ContainerArgs): Container {
  return {
    name: args.name,
    image: args.image,
    // A pinned tag never changes, and a node that has the image starts without the network.
    imagePullPolicy: "IfNotPresent",
    args: args.args,
    ports: Object.entries(args.ports ?? {}).map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" })),
    env: Object.entries(args.env ?? {}).map(([name, value]) => envVar(name, value)),
    volumeMounts: Object.entries(args.mounts ?? {}).map(([name, { path, readOnly }]) => ({
      name,
      mountPath: path,
      readOnly: readOnly === true,
    })),
    resources: resources(args.resources),
    securityContext: containerSecurityContext({ writableRoot: args.writableRoot }),
    ...args.probes,
  };
}

function envVar(name: string, value: EnvValue): EnvVar {
  if (isReference(value)) return { name, valueFrom: { secretKeyRef: { name: value.secretName, key: value.key } } };
  return { name, value };
}

function isReference(value: EnvValue): value is { secretName: string; key: string } {
  return typeof value === "object" && value !== null && "secretName" in value && "key" in value;
}

export interface PodTemplateArgs {
  labels: Labels;
  annotations?: Record<string, pulumi.Input<string>>;
  user: PodUser;
  containers: Container[];
  volumes?: Volume[];
  /** Seconds between SIGTERM and SIGKILL. Default 30. */
  terminationGracePeriodSeconds?: number;
}

/** A pod template with the platform's defaults; the only place where they are decided. */
export function podTemplate(args: PodTemplateArgs): k8s.types.input.core.v1.PodTemplateSpec {
  return {
    metadata: { labels: args.labels, annotations: args.annotations },
    spec: {
      // Kubernetes would otherwise hand every container a variable for each Service around it, and programs that
      // read their configuration from such names (REGISTRY_*, LOCALSTACK_*) take them for settings.
      enableServiceLinks: false,
      // Nothing here talks to the API server, so nothing gets a token for it.
      automountServiceAccountToken: false,
      securityContext: podSecurityContext(args.user),
      terminationGracePeriodSeconds: args.terminationGracePeriodSeconds ?? 30,
      containers: args.containers,
      volumes: args.volumes,
    },
  };
}

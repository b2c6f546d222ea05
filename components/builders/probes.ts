import type * as k8s from "@pulumi/kubernetes";

type Probe = k8s.types.input.core.v1.Probe;

export interface Probes {
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
}

export interface HttpProbeArgs {
  path: string;
  /** Name of a container port. */
  port: string;
  /** How long the program may take to answer for the first time. Default 60. */
  startSeconds?: number;
}

/**
 * Three probes on one address: startup is asked every second so that a quick program is ready quickly; readiness takes a
 * pod out of its Service within 15 s; liveness restarts it only after a full minute, because a restart cuts every
 * running upload.
 */
export function httpProbes(args: HttpProbeArgs): Probes {
  const httpGet = { path: args.path, port: args.port };
  return {
    startupProbe: { httpGet, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: args.startSeconds ?? 60 },
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

import type * as k8s from "@pulumi/kubernetes";
import type { PodSecurityLevel } from "../../kubernetes/podSecurity";

export type { PodSecurityLevel };

/** The unprivileged user that a pod runs as; `0` is refused by the pod's own `runAsNonRoot`. */
export interface PodUser {
  uid: number;
  gid: number;
}

/** Fits the `restricted` level. `fsGroup` gives the user its volumes where the volume's driver supports it. */
export function podSecurityContext(user: PodUser): k8s.types.input.core.v1.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user.uid,
    runAsGroup: user.gid,
    fsGroup: user.gid,
    // Without this, every start walks the whole volume: minutes on a registry with many layers.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

export interface ContainerSecurityArgs {
  /** For a program that cannot live with a read-only root file system. Say why where it is set. */
  writableRoot?: boolean;
}

export function containerSecurityContext(args: ContainerSecurityArgs = {}): k8s.types.input.core.v1.SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: args.writableRoot !== true,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/**
 * Labels that make the API server refuse pods below a level. Whatever is enforced, `restricted` is what callers are
 * warned about, so that a laxer namespace still says what it tolerates.
 */
export function podSecurityLabels(level: PodSecurityLevel): Record<string, string> {
  return {
    "pod-security.kubernetes.io/enforce": level,
    "pod-security.kubernetes.io/enforce-version": "latest",
    "pod-security.kubernetes.io/warn": "restricted",
    "pod-security.kubernetes.io/warn-version": "latest",
  };
}

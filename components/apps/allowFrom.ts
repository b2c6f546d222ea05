import * as k8s from "@pulumi/kubernetes";
import type { AppConfig } from "../config/types";
import { labels, namespacePeer, type ChildOptions } from "../kubernetes";

/** Opens an app to others. Each app has its namespace alone, so a namespace is an app: pods that an operator makes for it are let in too. */
export function createAllowFrom(
  name: string,
  app: Pick<AppConfig, "name" | "namespace" | "allowFrom">,
  opts: ChildOptions,
): void {
  if (app.allowFrom.length === 0) return;
  new k8s.networking.v1.NetworkPolicy(
    name,
    {
      metadata: { name: `${app.name}-allow-from`, namespace: app.namespace, labels: labels({ name: app.name }) },
      spec: {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: app.allowFrom.map((other) => namespacePeer(other.namespace)) }],
      },
    },
    opts,
  );
}

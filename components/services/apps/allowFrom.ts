import * as k8s from "@pulumi/kubernetes";
import type { AppConfig } from "./types";
import { appLabel, labels, namespacePeer, type ChildOptions } from "../../builders";

/**
 * Opens an app to others. An app that has its namespace alone is all of the namespace: pods that an operator makes for it too. One in a
 * shared namespace is the pods that its chart's workloads make, which have its label.
 */
export function createAllowFrom(
  name: string,
  app: Pick<AppConfig, "name" | "namespace" | "shared" | "allowFrom">,
  opts: ChildOptions,
): void {
  if (app.allowFrom.length === 0) return;
  new k8s.networking.v1.NetworkPolicy(
    name,
    {
      metadata: { name: `${app.name}-allow-from`, namespace: app.namespace, labels: labels({ name: app.name }) },
      spec: {
        podSelector: app.shared ? { matchLabels: { [appLabel]: app.name } } : {},
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: app.allowFrom.map((other) => {
              return namespacePeer(other.namespace, other.shared ? { [appLabel]: other.app } : undefined);
            }),
          },
        ],
      },
    },
    opts,
  );
}

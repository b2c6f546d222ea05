import type { KubeObject } from "../../components/services/apps/adapt";

export type Labels = Record<string, string>;

/** A Deployment that selects its pods by the labels that it gives them. */
export function deployment(name: string, labels: Labels, spec: object = {}): KubeObject {
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "main", image: "web:1" }], securityContext: { runAsUser: 1000 } },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  } as unknown as KubeObject;
}

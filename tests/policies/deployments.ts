import type { Resource } from "./analyzer";

/* A workload that the rules have something to say about, as the engine hands it to the pack. */

export const resources = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "20m", memory: "32Mi" } };

export function deployment(name: string, container: object, spec: object = {}): Resource {
  return {
    type: "kubernetes:apps/v1:Deployment",
    name,
    props: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace: "apps" },
      spec: {
        ...spec,
        template: {
          metadata: { labels: { app: name } },
          spec: {
            automountServiceAccountToken: false,
            containers: [
              { name: "web", image: "web:1", resources, volumeMounts: [{ name: "data", mountPath: "/data" }], ...container },
            ],
            volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
          },
        },
      },
    },
  };
}

export const sqlite = { env: [{ name: "DATABASE_URL", value: "sqlite:////data/secret-name.db" }] };

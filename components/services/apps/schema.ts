import { z } from "zod";
import { POD_SECURITY_LEVELS } from "../../../kubernetes/podSecurity";
import { choice, count, field, flag, isMap, kindOf, text } from "../../config/fields";
import { expose } from "./exposeSchema";
import { database, OUTLIVING } from "./databaseSchema";
import { route } from "./routeSchema";
import { secret } from "./secretSchema";
import { workload } from "./workloadField";
import { EGRESS, egress, QUOTA, quota } from "../../config/namespaceFields";
import { protection } from "../../config/volume";
import { appName, imageReference, ownNamespace } from "../../config/values";

/* Apps from Helm charts. */

/** A chart's values: any map. */
function values() {
  return field<Record<string, unknown>>(
    "a map, as in the chart's values.yaml",
    { say: "write the values below it" },
    (raw) => {
      return isMap(raw) ? { value: raw } : { cause: `is ${kindOf(raw)}, not a map`, private: true };
    },
    { type: "object" },
  );
}

function path(meaning: string, example: string) {
  return text({
    allowed: meaning,
    fix: { set: example },
    problem: (given) => {
      if (given.trim() === "") return "is empty";
      return /[\x00-\x1f\x7f]/.test(given) ? "has control characters" : undefined;
    },
  });
}

const app = z.object({
  name: appName().meta({ description: "Its name.", examples: ["lumina"] }),
  namespace: ownNamespace({ remove: true })
    .optional()
    .meta({
      description:
        "Where it runs. One of homelab:namespaces is shared with all that name it, and says podSecurity, egress, quota.",
      examples: ["lumina"],
      defaultText: "the app's name",
    }),
  chart: path("a folder, a chart's name in `repository`, or an oci:// address", "./charts/lumina").describe(
    "A folder, a chart's name in `repository`, or an oci:// address; the last two with a version.",
  ),
  version: text({
    allowed: "a chart's version, such as 1.2.3",
    fix: { say: "set it to a version of the chart" },
    problem: (given) => (/^[0-9A-Za-z.+-]+$/.test(given) ? undefined : "is no fixed version"),
  })
    .optional()
    .meta({ description: "The chart's version.", examples: ["1.2.3"] }),
  repository: text({
    allowed: "the address of a chart repository, https://...",
    fix: { say: "set it to the address that `helm repo add` takes" },
    problem: (given) => (/^https:\/\/[^\s@]+$/.test(given) ? undefined : "is not an https:// address without an account"),
  })
    .optional()
    .meta({ description: "Where the chart is.", examples: ["https://charts.example.org"] }),
  install: choice(["chart", "release"], {
    chart: "the engine makes each object",
    release: "helm installs the chart and runs its hooks (docs/apps.md)",
  })
    .default("chart")
    .describe("Who installs what the chart renders."),
  valueFiles: z
    .array(path("the path of a values file", "./charts/lumina/values-homelab.yaml"))
    .default([])
    .describe("Files of values."),
  values: values()
    .default({})
    .meta({
      description: "Values, over those of the files.",
      examples: [{ backend: { persistence: { existingClaim: "lumina-data" } } }],
    }),
  podSecurity: choice(POD_SECURITY_LEVELS)
    .optional()
    .meta({
      description: "Its level of the Pod Security Standards.",
      examples: ["restricted"],
      defaultText: "that of a shared namespace, or restricted",
    }),
  protection: protection()
    .optional()
    .meta({
      description: "Of claims and buckets that the chart makes itself, as under homelab:storage.",
      examples: ["retain"],
      defaultText: OUTLIVING,
    }),
  egress: egress()
    .optional()
    .meta({
      description: EGRESS,
      examples: ["internet"],
      defaultText: "that of a shared namespace, or open",
    }),
  quota: quota.describe(QUOTA),
  images: z
    .object({
      fromPlatform: flag()
        .default(false)
        .describe("Every image comes from the platform's registry, under its own path, instead of where the chart has it from."),
      push: z
        .array(
          z.object({
            name: imageReference("lumina/backend:0.1.0").describe("Its name there."),
            archive: path("the path of an archive of `docker save` or `crane pull`", "./backend.tar").describe("The file."),
          }),
        )
        .default([])
        .describe("Archives (`docker save`) that are pushed there first."),
    })
    .prefault({})
    .describe("Where its images come from."),
  secrets: z
    .array(secret)
    .default([])
    .describe("Secrets that the chart takes by name: generated here, or stored with `pulumi config set --secret --path`."),
  route,
  database,
  single: z
    .array(workload(""))
    .default([])
    .describe("Other workloads that keep their state in memory: one pod each, never two during an update."),
  linterAnnotations: flag()
    .default(false)
    .describe("Let these, and the one with the database, tell kube-linter, kube-score and Polaris not to ask for more pods."),
  readyWithin: count("seconds", 10, 3600, 300)
    .default(300)
    .describe("How long the app may take to become ready; an upgrade that takes longer is rolled back."),
  expose,
  allowFrom: z
    .array(appName().meta({ examples: ["lucia"] }))
    .default([])
    .describe("Other apps whose pods may reach this one's; by default only Traefik and the app's own do."),
  clusterWide: flag().default(false).describe("Let the chart make objects of the whole cluster, and in other namespaces."),
});

/** Keys of before, and what to write now. */
const superseded = {
  nodePorts:
    "write `expose: [{ service: SERVICE, ports: [PORT], reason: WHY }]` instead: it names the Service and its ports, the policies need " +
    "no exemption, and the number on the nodes stays where it is, in the chart's values",
};

/** README's app, with what stands there in short written out. */
const lumina = {
  name: "lumina",
  chart: "./charts/lumina",
  values: { backend: { persistence: { existingClaim: "lumina-data" } } },
  images: { fromPlatform: true },
  secrets: [{ name: "lumina-backend", keys: [{ key: "JWT_SECRET_KEY", generate: 48 }] }],
  route: {
    service: "frontend",
    port: 3000,
    health: ["/", "/api/health"],
    paths: [{ path: "/api", service: "backend", port: 8000 }],
  },
  database: {
    kind: "sqlite",
    workload: "backend",
    file: "/app/data/lumina.db",
    claim: "lumina-data",
    storage: { size: "1Gi" },
    backup: { every: 24, keep: 7, storage: { size: "1Gi" } },
  },
};

export const apps = z
  .array(app.meta({ superseded }))
  .default([])
  .meta({ description: "Apps from Helm charts (docs/apps.md).", examples: [[lumina]] });

import { z } from "zod";
import { images } from "../../../kubernetes/images";
import { POD_SECURITY_LEVELS } from "../../../kubernetes/podSecurity";
import { choice, count, field, flag, integer, isMap, kindOf, text } from "../../config/fields";
import { expose } from "./exposeSchema";
import { middlewares } from "./middlewareSchema";
import { EGRESS, egress, QUOTA, quota } from "../../config/namespaceFields";
import { protection, volume } from "../../config/volume";
import { appName, host, imageReference, objectName, ownNamespace } from "../../config/values";

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

function databasePath() {
  return text({
    allowed: "the path of a database in its container, from / on; with a / at its end, a folder of databases",
    fix: { set: "/app/data/lumina.db" },
    problem: (given) => {
      if (!given.startsWith("/") || given === "/") return "is not a path from / on";
      if (/(^|\/)\.\.?(\/|$)|\/\//.test(given)) return "goes by a detour";
      return /[\x00-\x1f\x7f|]/.test(given) ? "has characters that are not supported in such a path" : undefined;
    },
  });
}

const port = (example: number) => integer(1, 65535, example, "a port");

function urlPath() {
  return text({
    allowed: "the beginning of a path, such as /api",
    fix: { set: "/api" },
    problem: (given) => (/^\/[A-Za-z0-9._~/-]*$/.test(given) ? undefined : "is not the beginning of a path"),
    repair: (given) => (/^[A-Za-z0-9._~/-]+$/.test(given) ? `/${given}` : undefined),
  });
}

function secretKey() {
  return text({
    allowed: "a key of a Secret: letters, digits, '-', '_' and '.'",
    fix: { say: "choose a key as above" },
    problem: (given) => (/^[A-Za-z0-9._-]{1,253}$/.test(given) ? undefined : "is not a key of a Secret"),
  });
}

function secretValue() {
  return text({
    allowed: "the value, stored encrypted; or leave it out and set `generate`",
    fix: { setSecret: true },
    problem: (given) => (given === "" ? "is empty" : undefined),
  }).meta({ secret: true });
}

const chartService = (example: string) =>
  objectName("the name of one of the chart's Services", example).describe("One of the chart's Services.");
const workload = (meaning: string) => objectName("the name of one of the chart's workloads", "backend").describe(meaning);

const OUTLIVING = "that of homelab:storage, and retain where that says none";

const route = z
  .object({
    host: host({ remove: true }, "a DNS name; left out, the app's name and the domain")
      .optional()
      .meta({
        description: "Its name.",
        examples: ["lumina.homelab.home.arpa"],
        defaultText: "the app's name and the domain",
      }),
    service: chartService("frontend"),
    port: port(80).meta({ description: "Its port.", examples: [3000] }),
    health: z.array(urlPath()).default(["/"]).describe("What `npm run health` asks to see whether the app serves."),
    paths: z
      .array(
        z.object({
          path: urlPath().describe("How the path begins."),
          service: chartService("backend"),
          port: port(8000).describe("Its port."),
        }),
      )
      .default([])
      .describe("Paths that another Service gets."),
    middlewares,
  })
  .optional()
  .describe("https://HOST: `service` of the chart gets everything, but for the paths.");

const secret = z.object({
  name: objectName("the name of a Secret", "app-secrets").describe("The Secret's name."),
  madeBy: text({
    allowed: 'in words, who makes the Secret, such as "external-secrets"',
    fix: { say: "say who makes it, or leave it out and list its keys with values" },
    problem: (given) => (given.trim() === "" ? "is empty" : /[\x00-\x1f\x7f]/.test(given) ? "has control characters" : undefined),
  })
    .optional()
    .meta({
      description:
        "Who makes it, where the platform does not: an operator or you. It is looked for in the cluster, and its keys need no values.",
      examples: ["external-secrets"],
      defaultText: "the platform",
    }),
  keys: z
    .array(
      z.object({
        key: secretKey().meta({ description: "The key.", examples: ["JWT_SECRET_KEY"] }),
        value: secretValue()
          .optional()
          .describe("A value that a person has and the platform cannot make up, such as an API key."),
        generate: count("characters", 16, 128, 48).optional().describe("How long a value is generated, instead of `value`."),
        rotation: integer(0, 1000000, 1).default(0).describe("Another number: another generated value."),
      }),
    )
    .default([])
    .describe("What is in it."),
  environmentOf: z.array(workload("")).default([]).meta({
    description: "Workloads whose containers get every key as an environment variable.",
    defaultText: "none, the chart does it",
  }),
});

const backup = z
  .object({
    every: count("hours", 1, 168, 24).describe("How often."),
    keep: count("copies", 1, 1000, 7).default(7).describe("How many are kept."),
    storage: volume("1Gi", OUTLIVING).describe("The volume that holds the copies."),
    image: imageReference(images.sqlite)
      .default(images.sqlite)
      .describe("Has a shell and sqlite3. With fromPlatform it comes from this registry too."),
  })
  .optional()
  .describe("Copies, taken beside the program and checked before they count.");

const database = z
  .object({
    kind: choice(["sqlite"]).describe("What it is."),
    workload: workload("The one of the chart's workloads that writes it."),
    file: databasePath()
      .optional()
      .describe("Its path in the container; one that ends with / is a folder, and every database in it."),
    files: z
      .array(databasePath())
      .optional()
      .meta({ description: "Several, instead of `file`.", examples: [["/app/data/lumina.db", "/app/data/users/"]] }),
    user: integer(0, 2 ** 31 - 1, 1000, "a numeric user")
      .optional()
      .meta({
        description: "User to whom the files belong, where neither the chart nor its image says it.",
        defaultText: "what they say",
      }),
    claim: objectName("the name of a claim, which the platform makes", "lumina-data").describe("The claim that holds it."),
    storage: volume("1Gi", OUTLIVING),
    exclusive: flag()
      .default(true)
      .describe("ReadWriteOncePod: the cluster itself refuses a second pod. false for a class that has only ReadWriteOnce."),
    backup,
  })
  .optional()
  .describe("One writer: one replica, never two at a time, and a claim of its own that outlives the app and is backed up.");

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

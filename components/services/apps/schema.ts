import { z } from "zod";
import { images } from "../../../kubernetes/images";
import { POD_SECURITY_LEVELS } from "../../../kubernetes/podSecurity";
import { choice, field, flag, integer, isMap, kindOf, text } from "../../config/fields";
import { expose } from "./exposeSchema";
import { middlewares } from "./middlewareSchema";
import { egress, quota } from "../../config/namespaceFields";
import { protection, volume } from "../../config/volume";
import { appName, host, imageReference, objectName, ownNamespace } from "../../config/values";

/* Apps from Helm charts. */

/** A chart's values: any map. */
function values() {
  return field<Record<string, unknown>>("a map, as in the chart's values.yaml", { say: "write the values below it" }, (raw) => {
    return isMap(raw) ? { value: raw } : { cause: `is ${kindOf(raw)}, not a map`, private: true };
  });
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

/** A value that a person has and the platform cannot make up, such as an API key. */
function secretValue() {
  return text({
    allowed: "the value, stored encrypted; or leave it out and set `generate`",
    fix: { setSecret: true },
    problem: (given) => (given === "" ? "is empty" : undefined),
  }).meta({ secret: true });
}

const route = z
  .object({
    host: host({ remove: true }, "a DNS name; left out, the app's name and the domain").optional(),
    /** Service of the chart that gets every path below. */
    service: objectName("the name of one of the chart's Services", "frontend"),
    port: port(80),
    /** Paths that tell whether the app serves, for `npm run health`. */
    health: z.array(urlPath()).default(["/"]),
    paths: z
      .array(
        z.object({
          path: urlPath(),
          service: objectName("the name of one of the chart's Services", "backend"),
          port: port(8000),
        }),
      )
      .default([]),
    middlewares,
  })
  .optional();

const secret = z.object({
  name: objectName("the name of a Secret", "app-secrets"),
  /** Who makes it, where the platform does not; it is looked for in the cluster. */
  madeBy: text({
    allowed: 'in words, who makes the Secret, such as "external-secrets"',
    fix: { say: "say who makes it, or leave it out and list its keys with values" },
    problem: (given) => (given.trim() === "" ? "is empty" : /[\x00-\x1f\x7f]/.test(given) ? "has control characters" : undefined),
  }).optional(),
  keys: z
    .array(
      z.object({
        key: secretKey(),
        value: secretValue().optional(),
        /** How many characters to generate. */
        generate: integer(16, 128, 48, "characters").optional(),
        /** Another number gives a newly generated value. */
        rotation: integer(0, 1000000, 1).default(0),
      }),
    )
    .default([]),
  /** Workloads whose containers get every key as an environment variable. */
  environmentOf: z.array(objectName("the name of one of the chart's workloads", "backend")).default([]),
});

const backup = z
  .object({
    every: integer(1, 168, 24, "hours"),
    keep: integer(1, 1000, 7, "copies").default(7),
    storage: volume("1Gi"),
    image: imageReference(images.sqlite).default(images.sqlite),
  })
  .optional();

const app = z.object({
  name: appName(),
  /** Without it: the app's name. One that `namespaces` declares is shared with all that name it. */
  namespace: ownNamespace({ remove: true }).optional(),
  chart: path("a folder, a chart's name in `repository`, or an oci:// address", "./charts/lumina"),
  version: text({
    allowed: "a chart's version, such as 1.2.3",
    fix: { say: "set it to a version of the chart" },
    problem: (given) => (/^[0-9A-Za-z.+-]+$/.test(given) ? undefined : "is no fixed version"),
  }).optional(),
  repository: text({
    allowed: "the address of a chart repository, https://...",
    fix: { say: "set it to the address that `helm repo add` takes" },
    problem: (given) => (/^https:\/\/[^\s@]+$/.test(given) ? undefined : "is not an https:// address without an account"),
  }).optional(),
  /** Who installs what the chart renders: the engine, object by object, or helm, which runs the chart's hooks. */
  install: choice(["chart", "release"]).default("chart"),
  valueFiles: z.array(path("the path of a values file", "./charts/lumina/values-home.yaml")).default([]),
  values: values().default({}),
  /** Without it: that of a shared namespace, or restricted. */
  podSecurity: choice(POD_SECURITY_LEVELS).optional(),
  /** Of the claims that the chart makes. */
  protection: protection().optional(),
  /** Without it: that of a shared namespace, or open. */
  egress: egress().optional(),
  quota,
  images: z
    .object({
      /** Every image comes from the platform's registry, under its own path. */
      fromPlatform: flag().default(false),
      /** Archives to push there first, by the name that they get. */
      push: z
        .array(
          z.object({
            name: imageReference("lumina/backend:0.1.0"),
            archive: path("the path of an archive of `docker save` or `crane pull`", "./backend.tar"),
          }),
        )
        .default([]),
    })
    .prefault({}),
  secrets: z.array(secret).default([]),
  route,
  database: z
    .object({
      /** One writer, always. */
      kind: choice(["sqlite"]),
      /** Workload that writes it. */
      workload: objectName("the name of one of the chart's workloads", "backend"),
      /** Path of the file in its container, or those of several; one that ends with / is a folder of databases. */
      file: databasePath().optional(),
      files: z.array(databasePath()).optional(),
      /** User to whom the files belong, where neither the chart nor its image says it. */
      user: integer(0, 2 ** 31 - 1, 1000, "a numeric user").optional(),
      claim: objectName("the name of a claim, which the platform makes", "lumina-data"),
      storage: volume("1Gi"),
      /** ReadWriteOncePod: the cluster itself refuses a second pod. Off for a class that has only ReadWriteOnce. */
      exclusive: flag().default(true),
      backup,
    })
    .optional(),
  expose,
  /** Workloads that keep their state in memory: one pod each, and never two during an update. */
  single: z.array(objectName("the name of one of the chart's workloads", "backend")).default([]),
  /** Tell other linters, by annotations, not to ask the workloads with one pod for more. */
  linterAnnotations: flag().default(false),
  /** How long an object of the app may take to become ready. */
  readyWithin: integer(10, 3600, 300, "seconds").default(300),
  /** Apps whose pods may reach this one's. */
  allowFrom: z.array(appName()).default([]),
  /** Let the chart make objects of the whole cluster, and in other namespaces. */
  clusterWide: flag().default(false),
});

/** Keys of before, and what to write now. */
const superseded = {
  nodePorts:
    "write `expose: [{ service: SERVICE, ports: [PORT], reason: WHY }]` instead: it names the Service and its ports, the policies need " +
    "no exemption, and the number on the nodes stays where it is, in the chart's values",
};

export const apps = z.array(app.meta({ superseded })).default([]);

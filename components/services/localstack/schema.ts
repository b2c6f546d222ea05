import { z } from "zod";
import { images } from "../../../kubernetes/images";
import { choice, flag, integer, text } from "../../config/fields";
import { declared } from "./declaredSchema";
import { flavorFacts, FLAVORS, LAMBDA_MODES, SERVICES } from "./flavorFacts";
import { regionProblem } from "./awsNames";
import { httpsHost } from "../../config/names";
import { resources } from "../../config/resources";
import { volume } from "../../config/volume";
import { addressRange, hostBelowDomain, imageReference, ownNamespace, reason } from "../../config/values";

/** The AWS emulator, and what is declared in it. What does not go together: checks/localstack.ts. */
export const localstack = z
  .object({
    enabled: flag().default(false),
    flavor: choice(FLAVORS, meanings()).default("localstack"),
    namespace: ownNamespace({ set: "localstack" }).default("localstack"),
    host: hostBelowDomain("localstack").optional(),
    /** Without it that of the flavor. */
    image: imageReference(flavorFacts.localstack.image).optional(),
    token: token().optional(),
    region: text({ allowed: "a region of AWS, such as us-east-1", fix: { set: "us-east-1" }, problem: regionProblem }).default(
      "us-east-1",
    ),
    /** Without it those that most begin with, and lambda where functions are on. */
    services: z.array(choice(SERVICES)).optional(),
    /** Without it: if the flavor can. */
    persistence: flag().optional(),
    storage: volume("20Gi"),
    resources: resources({
      requests: { cpu: "200m", memory: "512Mi" },
      limits: { cpu: "1000m", memory: "2Gi" },
    }),
    /** What stands in front of the emulator: nginx. */
    gateway: z.object({ image: imageReference(images.gateway).default(images.gateway) }).prefault({}),
    /** From the container's start to the end of its init hook; pulling the image comes on top. */
    startSeconds: integer(10, 3600, 150, "seconds").default(150),
    lambda: choice(LAMBDA_MODES, {
      none: "functions do not run",
      local: "inside the emulator",
      dind: "in a privileged Docker beside it",
      hostSocket: "in the node's Docker",
    }).default("none"),
    /** Without it those of routing. */
    allowedRanges: z.array(addressRange()).optional(),
    corsOrigins: z.array(origin()).default([]),
    /** A LoadBalancer on port 4566 without encryption. */
    edge: flag().default(false),
    exemptions: z.object({ lambda: reason().optional(), edge: reason().optional() }).prefault({}),
    ...declared,
  })
  .prefault({});

function meanings() {
  return Object.fromEntries(FLAVORS.map((flavor) => [flavor, flavorFacts[flavor].meaning])) as Record<
    (typeof FLAVORS)[number],
    string
  >;
}

function token() {
  return text({
    allowed: "the auth token of a LocalStack licence, as its web page shows it",
    fix: { setSecret: true },
    problem: (value) => (/^[\x21-\x7e]{8,512}$/.test(value) && !/^<.*>$/.test(value) ? undefined : "is not a token"),
  }).meta({ secret: true });
}

function origin() {
  return text({
    allowed: "the origin of a web page, such as https://app.homelab.home.arpa, without a path",
    fix: { say: "set it to what browsers show before the first slash of the path" },
    problem: (value) => {
      if (value === "*") return "is any page, so that every page a browser shows could use the emulator";
      if (/^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(value)) return undefined;
      if (httpsHost(value) === undefined) return "is neither an https origin nor one of this machine (http://localhost:3000)";
      return new URL(value).origin === value ? undefined : "is more than an origin: it has a path or capital letters";
    },
    repair: (value) => (httpsHost(value) !== undefined && new URL(value).origin !== value ? new URL(value).origin : undefined),
  });
}

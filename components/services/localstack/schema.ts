import { z } from "zod";
import { images } from "../../../kubernetes/images";
import { choice, count, flag, text } from "../../config/fields";
import { declared } from "./declaredSchema";
import { DEFAULT_SERVICES, flavorFacts, FLAVORS, LAMBDA_MODES, SERVICES } from "./flavorFacts";
import { regionProblem } from "./awsNames";
import { httpsHost } from "../../config/names";
import { resources } from "../../config/resources";
import { volume } from "../../config/volume";
import { addressRange, hostBelowDomain, imageReference, ownNamespace, reason } from "../../config/values";

/** What does not go together: checks.ts. */
export const localstack = z
  .object({
    enabled: flag().default(false).describe("Whether it is there."),
    flavor: choice(FLAVORS, meanings())
      .default("localstack")
      .describe("Which emulator. What each was seen to lose at a restart and at a crash: docs/emulators.md."),
    persistence: flag().optional().meta({
      description: "Keep state over restarts; refused where the flavor cannot.",
      defaultText: "whether the flavor can",
    }),
    namespace: ownNamespace({ set: "localstack" }).default("localstack").describe("The namespace it gets."),
    host: hostBelowDomain("localstack").optional().describe("Its name, in the URL that clients use."),
    image: imageReference(flavorFacts.localstack.image).optional().meta({
      description: "Its image.",
      defaultText: "that of the flavor",
    }),
    token: token().optional().describe("The licence, only for localstack-pro."),
    region: text({ allowed: "a region of AWS, such as us-east-1", fix: { set: "us-east-1" }, problem: regionProblem })
      .default("us-east-1")
      .describe("The region it is in."),
    services: z
      .array(choice(SERVICES))
      .optional()
      .meta({
        description: "What is switched on, beside what the declared resources below need.",
        examples: [DEFAULT_SERVICES],
        defaultText: "those of the example, and lambda where functions run",
      }),
    storage: volume("20Gi"),
    resources: resources({
      requests: { cpu: "200m", memory: "512Mi" },
      limits: { cpu: "1000m", memory: "2Gi" },
    }),
    gateway: z
      .object({ image: imageReference(images.gateway).default(images.gateway).describe("Its image.") })
      .prefault({})
      .describe("nginx in front of it, which passes requests on byte for byte and keeps its control API closed."),
    startSeconds: count("seconds", 10, 3600, 150)
      .default(150)
      .describe(
        "How long a start may take, from that of the container until all is there that is declared below; pulling the image comes on top.",
      ),
    lambda: choice(LAMBDA_MODES, {
      none: "not at all",
      local: "inside the emulator (ministack only)",
      dind: "in a privileged Docker beside it",
      hostSocket: "in the node's Docker",
    })
      .default("none")
      .describe(
        "How functions run. dind and hostSocket need a reason in exemptions, and an exemption in the policies (policies/config).",
      ),
    allowedRanges: z.array(addressRange()).optional().meta({
      description: "Only these networks may use it.",
      defaultText: "those of homelab:routing",
    }),
    corsOrigins: z.array(origin()).default([]).describe("Web pages that may call it from a browser."),
    edge: flag()
      .default(false)
      .describe("A LoadBalancer on port 4566, not encrypted: needs a reason in exemptions, and an exemption in the policies."),
    exemptions: z
      .object({
        lambda: reason()
          .optional()
          .meta({
            description: "Why functions may run in containers.",
            examples: ["functions of our own only, on a node that runs nothing else"],
          }),
        edge: reason()
          .optional()
          .meta({ description: "Why there may be a plain port.", examples: ["an old device that cannot speak TLS"] }),
      })
      .prefault({})
      .describe("Reasons for what is off for good reasons."),
    ...declared,
  })
  .prefault({})
  .describe("The AWS emulator, and what is there after every `pulumi up`.");

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
  }).meta({ examples: ["https://app.homelab.home.arpa"] });
}

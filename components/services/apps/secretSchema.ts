import { z } from "zod";
import { count, integer, text } from "../../config/fields";
import { objectName } from "../../config/values";
import { workload } from "./workloadField";

/* Secrets of an app. */

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

export const secret = z.object({
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

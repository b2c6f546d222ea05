import { z } from "zod";
import { integer, text } from "../../config/fields";
import { host, objectName } from "../../config/values";
import { middlewares } from "./middlewareSchema";

/* How an app is reached. */

const port = (example: number) => integer(1, 65535, example, "a port");

function urlPath() {
  return text({
    allowed: "the beginning of a path, such as /api",
    fix: { set: "/api" },
    problem: (given) => (/^\/[A-Za-z0-9._~/-]*$/.test(given) ? undefined : "is not the beginning of a path"),
    repair: (given) => (/^[A-Za-z0-9._~/-]+$/.test(given) ? `/${given}` : undefined),
  });
}

const chartService = (example: string) =>
  objectName("the name of one of the chart's Services", example).describe("One of the chart's Services.");

export const route = z
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

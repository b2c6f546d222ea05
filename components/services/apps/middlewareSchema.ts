import { z } from "zod";
import { count, field, flag, text } from "../../config/fields";
import { addressRange, objectName } from "../../config/values";

/* What a route asks of a request before a service gets it. */

const AUTHELIA = "http://authelia.authelia.svc.cluster.local:9091/api/authz/forward-auth";

function serviceAddress() {
  return text({
    allowed: `the http:// or https:// address that is asked, such as ${AUTHELIA}`,
    fix: { say: "set it to an address of the Service that answers" },
    problem: (given) => (/^https?:\/\/[^\s/@?#]+(\/\S*)?$/.test(given) ? undefined : "is not an address without an account"),
  }).meta({ examples: [AUTHELIA] });
}

function headerName() {
  return text({
    allowed: "the name of a header, such as Remote-User",
    fix: { set: "Remote-User" },
    problem: (given) => (/^[A-Za-z0-9-]+$/.test(given) ? undefined : "is not the name of a header"),
  });
}

function period() {
  return field<string>("a time such as 1s, 1m or 1h", { set: "1m" }, (raw) => {
    return typeof raw === "string" && /^[1-9]\d{0,5}(ms|s|m|h)$/.test(raw) ? { value: raw } : { cause: "is not such a time" };
  });
}

export const middlewares = z
  .array(
    z.object({
      rateLimit: z
        .object({
          average: count("requests", 1, 1000000, 100).describe("How many in a period."),
          burst: count("requests", 1, 1000000, 50).describe("How many at once."),
          period: period().default("1s").describe("The period."),
        })
        .optional()
        .meta({ description: "Requests of one client, on average and at once.", inline: true }),
      ipAllowList: z
        .object({
          ranges: z.array(addressRange()).meta({ description: "The networks.", examples: [["192.168.1.0/24"]] }),
        })
        .optional()
        .meta({ description: "Only requests from these networks.", inline: true }),
      basicAuth: z
        .object({
          secret: objectName("the name of one of the app's secrets", "app-users").describe("The secret's name."),
        })
        .optional()
        .meta({
          description:
            "A name and a password. The users are a secret of the app with one key, whose value is what `htpasswd -nB NAME` prints.",
          inline: true,
        }),
      forwardAuth: z
        .object({
          address: serviceAddress().describe("Where it is asked."),
          authResponseHeaders: z.array(headerName()).default([]).describe("Headers of its answer that the request takes along."),
          trustForwardHeader: flag()
            .default(false)
            .describe("Whether headers that say who asked are passed on as the client sent them."),
        })
        .optional()
        .describe("Another service decides: it is asked first, and what it answers below 300 lets the request through."),
    }),
  )
  .default([])
  .meta({
    description: "Asked of every request, in this order; one kind an entry.",
    exactlyOne: true,
    examples: [
      [
        { rateLimit: { average: 100, burst: 50, period: "1s" } },
        { ipAllowList: { ranges: ["192.168.1.0/24"] } },
        { basicAuth: { secret: "lumina-users" } },
        {
          forwardAuth: {
            address: AUTHELIA,
            authResponseHeaders: ["Remote-User"],
          },
        },
      ],
    ],
  });

import { z } from "zod";
import { field, flag, integer, text } from "../../config/fields";
import { addressRange, objectName } from "../../config/values";

/* What a route asks of a request before a service gets it. */

function serviceAddress() {
  return text({
    allowed:
      "the http:// or https:// address that is asked, such as http://auth.authelia.svc.cluster.local:9091/api/authz/forward-auth",
    fix: { say: "set it to an address of the Service that answers" },
    problem: (given) => (/^https?:\/\/[^\s/@?#]+(\/\S*)?$/.test(given) ? undefined : "is not an address without an account"),
  });
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

/** In the order of the requests' way; each entry has exactly one of the keys. */
export const middlewares = z
  .array(
    z.object({
      /** One of the app's `secrets`, whose one key holds lines of htpasswd. */
      basicAuth: z.object({ secret: objectName("the name of one of the app's secrets", "app-users") }).optional(),
      /** Another service decides: it is asked first, and what it answers below 300 lets the request through. */
      forwardAuth: z
        .object({
          address: serviceAddress(),
          authResponseHeaders: z.array(headerName()).default([]),
          trustForwardHeader: flag().default(false),
        })
        .optional(),
      /** Requests of one client, on average and at once. */
      rateLimit: z
        .object({
          average: integer(1, 1000000, 100, "requests"),
          burst: integer(1, 1000000, 50, "requests"),
          period: period().default("1s"),
        })
        .optional(),
      ipAllowList: z.object({ ranges: z.array(addressRange()) }).optional(),
    }),
  )
  .default([]);

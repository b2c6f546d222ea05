import { z } from "zod";
import { defaultRouter, defaultTraefikNamespace } from "../../blocks/routing/objects";
import { flag, integer } from "../../config/fields";
import { address, addressRange, entryPoint, namespace } from "../../config/values";

export const routing = z
  .object({
    entryPoint: entryPoint("websecure").default(defaultRouter.entryPoint).describe("Traefik's entry point for HTTPS."),
    plainEntryPoint: entryPoint("web")
      .default(defaultRouter.plainEntryPoint)
      .describe("Traefik's entry point for HTTP, which only redirects."),
    traefikNamespace: namespace("kube-system").default(defaultTraefikNamespace).describe("Where Traefik runs."),
    traefikAddresses: z
      .array(addressRange())
      .default([])
      .meta({
        description:
          "Only for a Traefik in its nodes' network (hostNetwork), whose requests come from no namespace: the addresses they come from.",
        examples: [["192.168.1.10/32", "10.42.0.0/31"]],
      }),
    port: integer(1, 65535, 443, "a port").default(defaultRouter.port).describe("The port in the URLs that clients use."),
    nodePort: integer(30000, 32767, 30500, "a port of Kubernetes' NodePort range")
      .optional()
      .describe("A fixed port on every node in front of Traefik's HTTPS entry point, for clusters without a load balancer."),
    address: address()
      .optional()
      .describe("Where the names point to, usually the node's address: for the dnsRecords and hostsFile outputs."),
    allowedRanges: z
      .array(addressRange())
      .default(defaultRouter.allowedRanges)
      .meta({
        description:
          "Only these networks may use the platform. Traefik has to see who asks: behind a load balancer such as K3s's its Service " +
          "needs externalTrafficPolicy Local, which tuneTraefik sets on K3s.",
        defaultText: "all",
      }),
    hsts: flag().default(defaultRouter.hsts).describe("Tell browsers to use nothing but HTTPS."),
    tuneTraefik: flag()
      .default(false)
      .describe(
        "Let Traefik wait 10 minutes for one upload instead of 60 s, for large layers over slow networks; and, where allowedRanges are " +
          "set here or in a section below, let it see who asks: then only nodes on which it runs answer. Writes K3s's HelmChartConfig " +
          "`traefik`, so leave it off when you have one of your own.",
      ),
  })
  .prefault({})
  .describe("How requests come in: through the cluster's Traefik, over HTTPS, and a redirect from HTTP.");

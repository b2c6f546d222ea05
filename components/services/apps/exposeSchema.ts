import { z } from "zod";
import { choice, text } from "../../config/fields";
import { addressRange, objectName, reason } from "../../config/values";

/* Ports of an app that are reached from outside without an HTTPS route. */

function servicePort() {
  return text({
    allowed: "a port of the Service: its name (mqtt), its number (1883), or number and protocol (53/udp)",
    fix: { say: "name a port as `kubectl get service` or the chart's templates show it" },
    problem: (given) => {
      const number = /^(\d+)(\/(tcp|udp|sctp))?$/.exec(given)?.[1];
      if (number !== undefined) return Number(number) >= 1 && Number(number) <= 65535 ? undefined : "is no port from 1 to 65535";
      return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(given) ? undefined : "is neither a port's name nor its number";
    },
    repair: (given) => (/^\d+\/[a-z]+$/i.test(given) && given !== given.toLowerCase() ? given.toLowerCase() : undefined),
  });
}

export const expose = z
  .array(
    z.object({
      service: objectName("the name of one of the chart's Services", "mosquitto").describe("One of the chart's Services."),
      ports: z
        .array(servicePort().meta({ examples: ["mqtt"] }))
        .describe("Its ports, by name, number, or number and protocol (53/udp)."),
      reason: reason().meta({
        description: "Why: shown beside every policy that lets the ports pass.",
        examples: ["sensors that speak MQTT alone"],
      }),
      allowedRanges: z
        .array(addressRange())
        .optional()
        .meta({
          description: "Only these networks may use them.",
          examples: [["192.168.1.0/24"]],
          defaultText: "those of homelab:routing",
        }),
      type: choice(["LoadBalancer", "NodePort"]).optional().meta({
        description: "How they are opened.",
        defaultText: "as in the chart, and LoadBalancer where that has neither",
      }),
    }),
  )
  .default([])
  .describe("Ports of the chart's Services that are reached without the route, for what is not HTTP.");

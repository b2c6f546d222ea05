import { definitionReference, type Reference } from "../reference";
import type { PlatformConfig } from "../resolve";
import type { Facts } from "../service";

/** Traefik, where there is a route. */
export function traefikReferences({ routing }: PlatformConfig, { hosts }: Facts): Reference[] {
  if (hosts.length === 0) return [];
  const kinds = ["ingressroutes", "middlewares", ...(hosts.some(({ tcp }) => tcp) ? ["ingressroutetcps", "tlsoptions"] : [])];
  const brought =
    "Traefik 3 brings it: on K3s, take `disable: traefik` out of /etc/rancher/k3s/config.yaml; elsewhere, " +
    "helm install traefik traefik --repo https://traefik.github.io/charts -n traefik --create-namespace";
  return [
    ...kinds.map((kind) => definitionReference(`${kind}.traefik.io`, "homelab:routing", brought)),
    {
      apiVersion: "v1",
      kind: "Namespace",
      name: routing.traefikNamespace,
      key: "homelab:routing.traefikNamespace",
      remedy: "set it to the namespace in which Traefik's pods run: kubectl get pods -A -l app.kubernetes.io/name=traefik",
      // With a port of its own a Service goes there.
      ...(routing.nodePort === undefined && { otherwise: "Traefik is let in from nowhere, and every request ends with 504" }),
    },
    ...(routing.tuneTraefik
      ? [
          definitionReference(
            "helmchartconfigs.helm.cattle.io",
            "homelab:routing.tuneTraefik",
            "switch tuneTraefik off: it writes for the Traefik that K3s brings, and this cluster is not K3s. " +
              "With a Traefik of yours, set ports.websecure.transport.respondingTimeouts.readTimeout: 600s in its chart's values",
          ),
        ]
      : []),
  ];
}

import { Finding } from "../../../kubernetes/objects/finding";
import { ObjectView } from "../../core/object";
import { definePolicy } from "../../core/policy";
import { POD_CARRIERS } from "../../../kubernetes/objects/workload";
import { httpsOnlyCel } from "./https/cel";
import { bad, good } from "./https/examples";
import { GATEWAY_GROUP, LISTENING, checkGateway, crossCheckGateways } from "./https/gateway";
import { checkIngress } from "./https/ingress";
import type { HttpsParams } from "./https/params";
import { checkHostPorts, checkService } from "./https/ports";
import { TRAEFIK_GROUPS, checkIngressRoute, checkTcpRoute, checkTraefikUdpRoute, crossCheckRedirects } from "./https/traefik";

type Check = (view: ObjectView, params: HttpsParams) => Iterable<Finding>;

const CHECKS = new Map<string, Check>([
  ["/Service", checkService],
  ["networking.k8s.io/Ingress", checkIngress],
  ...LISTENING.map((kind): [string, Check] => [`${GATEWAY_GROUP}/${kind}`, checkGateway]),
  ...TRAEFIK_GROUPS.flatMap((group): [string, Check][] => [
    [`${group}/IngressRoute`, checkIngressRoute],
    [`${group}/IngressRouteTCP`, checkTcpRoute],
    [`${group}/IngressRouteUDP`, checkTraefikUdpRoute],
  ]),
]);

export const httpsOnly = definePolicy<HttpsParams>({
  id: "https-only",
  title: "Nothing is reachable from outside but over TLS",
  rationale:
    "Passwords and tokens cross the home network in every request to a registry or an app; one plain route is enough to " +
    "read them, and docker and browsers fall back to it silently.",
  severity: "critical",
  level: "mandatory",
  remediation: "Serve through websecure with a certificate; use plain HTTP only to redirect to HTTPS.",
  tags: ["network", "tls"],
  anchors: { controls: ["C-0263", "gatekeeper/httpsonly", "kyverno/require-ingress-https", "KSV-0108"] },
  match: [
    { group: "", versions: ["v1"], kinds: ["Service"] },
    { group: "networking.k8s.io", versions: ["v1"], kinds: ["Ingress"] },
    ...TRAEFIK_GROUPS.map((group) => ({
      group,
      versions: ["v1alpha1"],
      kinds: ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"],
    })),
    { group: GATEWAY_GROUP, versions: ["v1", "v1beta1"], kinds: [...LISTENING] },
    ...POD_CARRIERS,
  ],
  params: {
    tlsEntryPoints: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: ["websecure"],
      description: "Traefik entry points that speak TLS",
    },
    tlsPortNames: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: ["https", "websecure", "tls"],
      description: "Names of ports that speak TLS, alone or with a suffix, as https-ui",
    },
    tlsAppProtocols: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: ["https", "tls", "kubernetes.io/wss"],
      description: "Values of appProtocol that mean TLS",
    },
    allowedPorts: {
      type: "array",
      items: { type: "string", pattern: "^\\d{1,5}/(TCP|UDP)$" },
      default: ["53/TCP", "53/UDP"],
      description:
        "Ports that may be exposed without TLS, at Services, pods, Gateways and Traefik's TCP and UDP routes: name servers have no " +
        "TLS on port 53. Well-known ports of protocols that encrypt (SSH, WireGuard, HTTP/3, MQTTS and the like) need no entry",
    },
  },
  *check(view, params) {
    if (view.pod) yield* checkHostPorts(view, params);
    else yield* CHECKS.get(view.type)?.(view, params) ?? [];
  },
  *crossCheck(inventory, params) {
    yield* crossCheckRedirects(inventory, params);
    yield* crossCheckGateways(inventory, params);
  },
  admission: httpsOnlyCel,
  good,
  bad,
});

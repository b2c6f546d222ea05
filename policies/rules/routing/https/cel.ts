/** The rule as the API server can judge it: what one object shows (the files beside say the same in TypeScript). */
import { POD_VARIABLES, all, any, literal, regex } from "../../../core/cel";
import type { CelRendering } from "../../../core/policy";
import { POD_CARRIERS } from "../../../../kubernetes/objects/workload";
import { GATEWAY_GROUP, LISTENING } from "./gateway";
import { encryptedNames, type HttpsParams, permittedPorts } from "./params";

const list = (path: string) => `object.?spec.?${path}.orValue([])`;
const text = (path: string) => `object.?spec.?${path}.orValue('')`;
const annotation = (key: string) => `object.?metadata.?annotations[?${literal(key)}].orValue('')`;
const of = (kinds: string[], condition: string) => any(`!(object.kind in ${literal(kinds)})`, condition);

const CERTIFIED = "(object.?spec.?tls.?secretName.orValue('') != '' || object.?spec.?tls.?certResolver.orValue('') != '')";
const NO_REDIRECT =
  "(r.?services.orValue([]).exists(s, s.?name.orValue('') != 'noop@internal') || size(r.?middlewares.orValue([])) == 0)";

/** Whether a name of a certificate, `p`, stands for a host, `h`. */
const COVERS = any(
  "p.lowerAscii() == h.lowerAscii()",
  "p.startsWith('*.') && !h.startsWith('*') && h.contains('.') && h.substring(h.indexOf('.')).lowerAscii() == p.substring(1).lowerAscii()",
);

/** Whether a port, `p`, speaks TLS; `number` is the one that is reached. */
function speaksTls(number: string, params: HttpsParams): string {
  return any(
    `p.?appProtocol.orValue('') in ${literal(params.tlsAppProtocols)}`,
    `${literal(encryptedNames(params))}.exists(t, p.?name.orValue('') == t || p.?name.orValue('').startsWith(t + '-'))`,
    `(string(${number}) + '/' + p.?protocol.orValue('TCP')) in ${literal(permittedPorts(params))}`,
  );
}

/** Whether all that the routes of Traefik reach are ports that need no TLS. */
function servesPermitted(protocol: string, params: HttpsParams): string {
  const permitted = `(string(s.?port.orValue(0)) + '/${protocol}') in ${literal(permittedPorts(params))}`;
  return `${list("routes")}.all(r, size(r.?services.orValue([])) > 0 && r.services.all(s, ${permitted}))`;
}

export const httpsOnlyCel: CelRendering<HttpsParams> = {
  beyond: "whether a plain route's middleware redirects, and what is attached to a Gateway",
  match: [
    { group: "", versions: ["v1"], kinds: ["Service"] },
    { group: "networking.k8s.io", versions: ["v1"], kinds: ["Ingress"] },
    { group: "traefik.io", versions: ["v1alpha1"], kinds: ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"] },
    { group: "traefik.containo.us", versions: ["v1alpha1"], kinds: ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"] },
    { group: GATEWAY_GROUP, versions: ["v1", "v1beta1"], kinds: [...LISTENING] },
    ...POD_CARRIERS,
  ],
  variables: () => [
    ...POD_VARIABLES,
    {
      name: "serves",
      expression: any(
        `size(${list("rules")}) > 0`,
        "object.?spec.?defaultBackend.hasValue()",
        "object.?spec.?backend.hasValue()",
      ),
    },
  ],
  validations: (params) => {
    const ingress = (condition: string) => of(["Ingress"], any("!variables.serves", condition));
    const speaks = literal(params.tlsEntryPoints);
    const [entryPoint] = params.tlsEntryPoints;
    return [
      {
        expression: of(
          ["Service"],
          any(
            `!(${text("type")} in ['LoadBalancer', 'NodePort']) && size(${list("externalIPs")}) == 0`,
            `${list("ports")}.all(p, ${speaksTls("p.?port.orValue(0)", params)})`,
          ),
        ),
        message:
          "the Service exposes a port without TLS. Fix: make it a ClusterIP behind an HTTPS route, or name the port https if it really speaks TLS",
      },
      {
        expression: of(
          [
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "ReplicaSet",
            "Job",
            "CronJob",
          ],
          `variables.containers.all(c, c.?ports.orValue([]).all(p, ${any(
            "p.?hostPort.orValue(0) == 0 && (!variables.pod.?hostNetwork.orValue(false) || p.?containerPort.orValue(0) == 0)",
            `p.?hostIP.orValue('').matches(${regex("^(::1|127\\.\\d+\\.\\d+\\.\\d+)$")})`,
            speaksTls("p.?hostPort.orValue(0) != 0 ? p.hostPort : p.?containerPort.orValue(0)", params),
          )}))`,
        ),
        message: "a container opens a port on the node without TLS. Fix: remove the hostPort and serve through an HTTPS route",
      },
      {
        expression: ingress(`size(${list("tls")}) > 0`),
        message: "the Ingress answers without TLS. Fix: add spec.tls with the hosts and a secretName",
      },
      {
        expression: ingress(
          `${list("rules")}.all(r, ${all(
            "r.?host.orValue('') != ''",
            `${list("tls")}.exists(t, size(t.?hosts.orValue([])) == 0 || t.hosts.exists(p, [r.?host.orValue('')].exists(h, ${COVERS})))`,
          )})`,
        ),
        message: "the Ingress serves a host that its tls does not name. Fix: add the host to spec.tls[].hosts",
      },
      {
        expression: ingress("!object.?spec.?defaultBackend.hasValue() && !object.?spec.?backend.hasValue()"),
        message: "the Ingress has a default backend, which answers for every host. Fix: give it a rule with a host",
      },
      {
        expression: ingress(
          all(
            `${annotation("traefik.ingress.kubernetes.io/router.entrypoints")}.split(',').all(e, e.trim() == '' || e.trim() in ${speaks})`,
            `${annotation("kubernetes.io/ingress.allow-http")} != 'true'`,
            `${annotation("nginx.ingress.kubernetes.io/ssl-redirect")} != 'false'`,
          ),
        ),
        message: `the Ingress opens plain HTTP by an annotation. Fix: remove it, or name the entry point ${entryPoint}`,
      },
      {
        expression: of(
          ["IngressRoute"],
          any(
            `size(${list("entryPoints")}) > 0 && ${list("entryPoints")}.all(e, e in ${speaks})`,
            `!${list("routes")}.exists(r, ${NO_REDIRECT})`,
          ),
        ),
        message: `the IngressRoute answers over plain HTTP. Fix: set entryPoints: [${entryPoint}] and tls.secretName`,
      },
      {
        expression: of(
          ["IngressRoute"],
          any(`size(${list("routes")}) == 0`, `!${list("entryPoints")}.exists(e, e in ${speaks})`, CERTIFIED),
        ),
        message: "the IngressRoute has no certificate of its own. Fix: set tls.secretName",
      },
      {
        expression: of(
          ["IngressRouteTCP"],
          any(
            `size(${list("routes")}) == 0`,
            CERTIFIED,
            "object.?spec.?tls.?passthrough.orValue(false)",
            servesPermitted("TCP", params),
          ),
        ),
        message: "the route carries TCP without TLS. Fix: set tls.secretName or tls.passthrough",
      },
      {
        expression: of(["IngressRouteUDP"], any(`size(${list("routes")}) == 0`, servesPermitted("UDP", params))),
        message: "the route carries UDP, which has no TLS. Fix: remove it, or agree an exemption",
      },
      {
        expression: of(
          [...LISTENING],
          `${list("listeners")}.all(l, ${all(
            any(
              "!(l.?protocol.orValue('') in ['TCP', 'UDP'])",
              `(string(l.?port.orValue(0)) + '/' + l.?protocol.orValue('')) in ${literal(permittedPorts(params))}`,
            ),
            any(
              "!(l.?protocol.orValue('') in ['HTTPS', 'TLS'])",
              "l.?tls.?mode.orValue('') == 'Passthrough'",
              "size(l.?tls.?certificateRefs.orValue([])) > 0",
              "l.?tls.?options.hasValue()",
            ),
          )})`,
        ),
        message: "a listener speaks without TLS, or without a certificate. Fix: use protocol: HTTPS with tls.certificateRefs",
      },
    ];
  },
};

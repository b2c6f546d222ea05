import { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { Inventory, sameNamespace } from "../../core/inventory";
import { ObjectView, describe } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { show } from "../../../kubernetes/objects/text";
import { hostsOf } from "./hosts";
import { GATEWAY_GROUP, LISTENING } from "./https/gateway";
import { covers } from "./https/ingress";
import { TRAEFIK_GROUPS } from "./https/traefik";

const CERTIFICATE =
  "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: c, namespace: a}, spec: {secretName: web-tls, dnsNames: [web.home.arpa, '*.apps.home.arpa']}}";

function route(host: string, secret = "web-tls"): string {
  return `\n---\n{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: r, namespace: a}, spec: {entryPoints: [websecure], routes: [{match: 'Host(\`${host}\`)'}], tls: {secretName: ${secret}}}}`;
}

function gateway(hostname: string): string {
  return `\n---\n{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g, namespace: b}, spec: {listeners: [{name: https, hostname: '${hostname}', protocol: HTTPS, tls: {certificateRefs: [{name: web-tls, namespace: a}]}}]}}`;
}

export const certificateHosts = definePolicy<object>({
  id: "certificate-hosts",
  title: "A route's certificate stands for the route's hosts",
  rationale:
    "A certificate for another name is refused by docker and by browsers; a missing Secret makes Traefik answer with one it made up.",
  severity: "medium",
  level: "mandatory",
  remediation: "Add the host to the Certificate's dnsNames, or use the Secret of the right one.",
  tags: ["tls", "certificates"],
  match: [
    { group: "networking.k8s.io", versions: ["v1"], kinds: ["Ingress"] },
    ...TRAEFIK_GROUPS.map((group) => ({ group, versions: ["v1alpha1"], kinds: ["IngressRoute", "IngressRouteTCP"] })),
    { group: GATEWAY_GROUP, versions: ["v1"], kinds: [...LISTENING] },
  ],
  params: {},
  *crossCheck(inventory) {
    for (const type of TRAEFIK_GROUPS.flatMap((group) => [`${group}/IngressRoute`, `${group}/IngressRouteTCP`])) {
      yield* atEach(inventory.all(type), (view) =>
        judge(view, { secret: view.spec.at("tls", "secretName"), hosts: () => hostsOf(view) }, inventory),
      );
    }
    yield* atEach(inventory.all("networking.k8s.io/Ingress"), (view) =>
      each(view.spec.at("tls").items(), (entry) =>
        judge(view, { secret: entry.at("secretName"), hosts: () => entry.at("hosts").texts() }, inventory),
      ),
    );
    for (const kind of LISTENING) yield* atEach(inventory.all(`${GATEWAY_GROUP}/${kind}`), (view) => listeners(view, inventory));
  },
  admission: { notExpressible: "the names of a certificate stand in another object" },
  good: [
    { title: "a host by its name", yaml: CERTIFICATE + route("web.home.arpa") },
    { title: "a host by a wildcard", yaml: CERTIFICATE + route("x.apps.home.arpa") },
    { title: "a listener for the names that a wildcard stands for", yaml: CERTIFICATE + gateway("*.apps.home.arpa") },
    { title: "a Secret that no Certificate here makes", yaml: CERTIFICATE + route("other.home.arpa", "bought-tls") },
    {
      title: "the same Secret's name in another namespace",
      yaml: CERTIFICATE.replace("namespace: a", "namespace: b") + route("other.home.arpa"),
    },
  ],
  bad: [
    {
      title: "a host that the certificate does not name",
      yaml: CERTIFICATE + route("other.home.arpa"),
      finds: ['serves "other.home.arpa" with Certificate a/c, which does not name it'],
    },
    { title: "a host two labels under a wildcard", yaml: CERTIFICATE + route("a.b.apps.home.arpa"), finds: ["does not name it"] },
    {
      title: "an Ingress, by one of its entries",
      yaml: `${CERTIFICATE}\n---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: a}, spec: {tls: [{hosts: [web.home.arpa, no.home.arpa], secretName: web-tls}]}}`,
      finds: ['serves "no.home.arpa"'],
    },
    {
      title: "a route that carries TCP, and one of the old API group",
      yaml:
        CERTIFICATE +
        route("other.home.arpa").replace("traefik.io", "traefik.containo.us") +
        route("db.home.arpa").replace("IngressRoute", "IngressRouteTCP").replace("Host(", "HostSNI("),
      finds: ['serves "db.home.arpa"', 'serves "other.home.arpa"'],
    },
    { title: "a listener of a Gateway", yaml: CERTIFICATE + gateway("other.home.arpa"), finds: ['serves "other.home.arpa"'] },
  ],
});

/** A listener's own host; the hosts of its routes lie within it. */
function listeners(view: ObjectView, inventory: Inventory): Iterable<Finding> {
  return each(view.spec.at("listeners").items(), (listener) => {
    const hosts = () => [listener.at("hostname").text() ?? ""].filter((host) => host !== "");
    return each(listener.at("tls", "certificateRefs").items(), (reference) =>
      judge(view, { secret: reference.at("name"), namespace: reference.at("namespace"), hosts }, inventory),
    );
  });
}

interface Served {
  /** The name of the certificate's Secret. */
  secret: Field;
  /** The Secret's namespace, where it may be another than the object's. */
  namespace?: Field;
  hosts(this: void): string[];
}

function* judge(view: ObjectView, { secret, namespace, hosts }: Served, inventory: Inventory): Iterable<Finding> {
  const name = secret.text();
  if (!name) return;
  const certificate = inventory
    .all("cert-manager.io/Certificate")
    .find(
      (object) =>
        object.spec.at("secretName").text() === name &&
        sameNamespace(object.knownNamespace, namespace?.text() ?? view.knownNamespace),
    );
  if (!certificate) return;
  const names = [...certificate.spec.at("dnsNames").texts(), certificate.spec.at("commonName").text() ?? ""];
  for (const host of hosts()) {
    if (names.some((pattern) => covers(pattern, host))) continue;
    yield finding(
      secret,
      `serves ${show(host)} with ${describe(certificate)}, which does not name it`,
      "add the host to the Certificate's dnsNames",
    );
  }
}

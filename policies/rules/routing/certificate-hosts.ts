import { Field } from "../../core/field";
import { Finding, finding } from "../../core/finding";
import { Inventory, sameNamespace } from "../../core/inventory";
import { ObjectView, describe } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { show } from "../../core/text";
import { hostsOf } from "./hosts";
import { covers } from "./https/ingress";

const CERTIFICATE =
  "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: c, namespace: a}, spec: {secretName: web-tls, dnsNames: [web.home.arpa, '*.apps.home.arpa']}}";

function route(host: string, secret = "web-tls"): string {
  return `\n---\n{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: r, namespace: a}, spec: {entryPoints: [websecure], routes: [{match: 'Host(\`${host}\`)'}], tls: {secretName: ${secret}}}}`;
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
    { group: "traefik.io", versions: ["v1alpha1"], kinds: ["IngressRoute"] },
  ],
  params: {},
  *crossCheck(inventory) {
    yield* atEach(inventory.all("traefik.io/IngressRoute"), (view) =>
      judge(view, view.spec.at("tls", "secretName"), hostsOf(view), inventory),
    );
    yield* atEach(inventory.all("networking.k8s.io/Ingress"), function* (view) {
      for (const entry of view.spec.at("tls").items()) {
        yield* judge(view, entry.at("secretName"), entry.at("hosts").texts(), inventory);
      }
    });
  },
  admission: { notExpressible: "the names of a certificate stand in another object" },
  good: [
    { title: "a host by its name", yaml: CERTIFICATE + route("web.home.arpa") },
    { title: "a host by a wildcard", yaml: CERTIFICATE + route("x.apps.home.arpa") },
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
      title: "an Ingress",
      yaml: `${CERTIFICATE}\n---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: a}, spec: {tls: [{hosts: [web.home.arpa, no.home.arpa], secretName: web-tls}]}}`,
      finds: ['serves "no.home.arpa"'],
    },
  ],
});

function* judge(view: ObjectView, secret: Field, hosts: string[], inventory: Inventory): Iterable<Finding> {
  const name = secret.text();
  if (!name) return;
  const certificate = inventory
    .all("cert-manager.io/Certificate")
    .find((object) => sameNamespace(object.namespace, view.namespace) && object.spec.at("secretName").text() === name);
  if (!certificate) return;
  const names = [...certificate.spec.at("dnsNames").texts(), certificate.spec.at("commonName").text() ?? ""];
  for (const host of hosts) {
    if (names.some((pattern) => covers(pattern, host))) continue;
    yield finding(
      secret,
      `serves ${show(host)} with ${describe(certificate)}, which does not name it`,
      "add the host to the Certificate's dnsNames",
    );
  }
}

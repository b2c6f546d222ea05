import { Finding, each, finding } from "../../core/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView } from "../../core/object";
import { at, atEach, definePolicy } from "../../core/policy";
import { show } from "../../core/text";
import { hostsOf } from "../routing/hosts";

const ISSUER =
  "{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: le}, spec: {acme: {server: https://acme-v02.api.letsencrypt.org/directory}}}";
const OWN = "{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: le}, spec: {ca: {secretName: root}}}";

function certificate(names: string, issuer = "le"): string {
  return `\n---\n{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: c, namespace: a}, spec: {secretName: t, dnsNames: [${names}], issuerRef: {kind: ClusterIssuer, name: ${issuer}}}}`;
}

export const acmeNames = definePolicy<object>({
  id: "acme-names",
  title: "ACME is asked only for names that can have a public certificate",
  rationale:
    "No public authority may certify a name under .local, .lan or another domain that belongs to nobody: the order fails, " +
    "is repeated, and uses up the limits that names which could be certified share.",
  severity: "medium",
  level: "mandatory",
  remediation: "Use a name under a domain that you own, or an issuer of your own for private names.",
  tags: ["tls", "certificates"],
  match: [
    { group: "cert-manager.io", versions: ["v1"], kinds: ["Certificate"] },
    { group: "networking.k8s.io", versions: ["v1"], kinds: ["Ingress"] },
    { group: "traefik.io", versions: ["v1alpha1"], kinds: ["IngressRoute"] },
  ],
  params: {},
  *crossCheck(inventory) {
    yield* atEach(inventory.all("cert-manager.io/Certificate"), (view) => checkCertificate(view, inventory));
    yield* atEach(inventory.all("networking.k8s.io/Ingress"), (view) => checkIngress(view, inventory));
    for (const view of inventory.all("traefik.io/IngressRoute")) {
      // A certResolver of Traefik is always ACME (or Tailscale, which has names of its own).
      if (!view.spec.unknown) yield* at(view, () => (resolver(view) ? impossible(hostsOf(view)) : []));
    }
  },
  admission: { notExpressible: "whether an issuer speaks ACME stands in another object" },
  good: [
    { title: "a name under a domain", yaml: ISSUER + certificate("registry.example.org, '*.apps.example.org'") },
    { title: "a private name from an authority of one's own", yaml: OWN + certificate("registry.home.arpa") },
    { title: "an issuer that is not known here", yaml: certificate("registry.local").slice(5) },
    {
      title: "a resolver of Traefik for a name under a domain",
      yaml: "{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: r}, spec: {routes: [{match: 'Host(`a.example.org`)'}], tls: {certResolver: le}}}",
    },
  ],
  bad: [
    {
      title: "names that nobody can own",
      yaml: ISSUER + certificate("registry.homelab.local, nas.lan, registry, app.home.arpa"),
      finds: ['"registry.homelab.local"', '"nas.lan"', '"registry"', '"app.home.arpa"'],
    },
    {
      title: "an Ingress that asks by annotation",
      yaml: `${ISSUER}\n---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, annotations: {cert-manager.io/cluster-issuer: le}}, spec: {tls: [{hosts: [a.internal], secretName: t}]}}`,
      finds: ['"a.internal"'],
    },
    {
      title: "a resolver of Traefik",
      yaml: "{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: r}, spec: {routes: [{match: 'Host(`a.local`) && PathPrefix(`/x`)'}], tls: {certResolver: le}}}",
      finds: ['"a.local"'],
    },
  ],
});

function* checkCertificate(view: ObjectView, inventory: Inventory): Iterable<Finding> {
  const reference = view.spec.at("issuerRef");
  if (speaksAcme(inventory, reference.at("kind").text() ?? "Issuer", view.namespace, reference.at("name").text())) {
    yield* impossible(view.spec.at("dnsNames").texts());
  }
}

function* checkIngress(view: ObjectView, inventory: Inventory): Iterable<Finding> {
  const cluster = view.annotations.at("cert-manager.io/cluster-issuer").text();
  const local = view.annotations.at("cert-manager.io/issuer").text();
  if (!speaksAcme(inventory, "ClusterIssuer", "", cluster) && !speaksAcme(inventory, "Issuer", view.namespace, local)) return;
  yield* impossible(
    view.spec
      .at("tls")
      .items()
      .flatMap((entry) => entry.at("hosts").texts()),
  );
}

function speaksAcme(inventory: Inventory, kind: string, namespace: string, name: string | undefined): boolean {
  const issuer =
    name === undefined ? undefined : inventory.find(`cert-manager.io/${kind}`, kind === "ClusterIssuer" ? "" : namespace, name);
  return issuer?.spec.at("acme").exists === true;
}

function resolver(view: ObjectView): string | undefined {
  return view.spec.at("tls", "certResolver").text();
}

function* impossible(names: readonly string[]): Iterable<Finding> {
  yield* each(new Set(names), function* (name) {
    if (!isPrivate(name)) return;
    yield finding(
      "spec",
      `asks a public authority for ${show(name)}, which nobody can own`,
      "use a name under a domain that you own, or an issuer with an authority of your own",
    );
  });
}

/** Domains that are reserved (RFC 6761, 6762, 8375, 9476; ICANN for internal) or that home routers make up. */
const PRIVATE =
  /(?:^|\.)(?:local|localhost|localdomain|lan|home|homelab|internal|intranet|corp|private|test|example|invalid|onion|alt|home\.arpa)$/i;

function isPrivate(name: string): boolean {
  const plain = name.replace(/^\*\./, "").replace(/\.$/, "");
  return !plain.includes(".") || PRIVATE.test(plain) || /^[\d.]+$|:/.test(plain);
}

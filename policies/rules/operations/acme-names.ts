import { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView, describe } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { show } from "../../../kubernetes/objects/text";
import { hostsOf } from "../routing/hosts";
import { TRAEFIK_GROUPS } from "../routing/https/traefik";

const ISSUER =
  "{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: le}, spec: {acme: {server: https://acme-v02.api.letsencrypt.org/directory}}}";
const OWN = "{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: le}, spec: {ca: {secretName: root}}}";

const HTTP_01 = ISSUER.replace("directory}", "directory, solvers: [{http01: {ingress: {}}}]}");

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
    { group: "gateway.networking.k8s.io", versions: ["v1"], kinds: ["Gateway"] },
    { group: "traefik.io", versions: ["v1alpha1"], kinds: ["IngressRoute", "IngressRouteTCP"] },
  ],
  params: {},
  *crossCheck(inventory) {
    yield* atEach(inventory.all("cert-manager.io/Certificate"), (view) => checkCertificate(view, inventory));
    yield* atEach(inventory.all("networking.k8s.io/Ingress"), (view) => checkIngress(view, inventory));
    yield* atEach(inventory.all("gateway.networking.k8s.io/Gateway"), (view) => checkGateway(view, inventory));
    const routes = TRAEFIK_GROUPS.flatMap((group) => ["IngressRoute", "IngressRouteTCP"].map((kind) => `${group}/${kind}`));
    yield* atEach(
      routes.flatMap((type) => inventory.all(type)),
      checkRoute,
    );
  },
  admission: { notExpressible: "whether an issuer speaks ACME stands in another object" },
  good: [
    {
      title: "a private name from an ACME authority of one's own",
      yaml: ISSUER.replace("acme-v02.api.letsencrypt.org", "ca.home.arpa:9000") + certificate("registry.home.arpa"),
    },
    {
      title: "a wildcard that a DNS-01 solver proves",
      yaml: `${HTTP_01.replace("solvers: [", "solvers: [{dns01: {cloudflare: {}}}, ")}${certificate("'*.apps.example.org'")}`,
    },
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
      title: "a wildcard where only HTTP-01 proves names",
      yaml: HTTP_01 + certificate("'*.apps.example.org', a.example.org"),
      finds: ["ClusterIssuer le has no such solver"],
    },
    {
      title: "a name that stands as the common name only, and a Gateway that asks by annotation",
      yaml: `${ISSUER}${certificate("").replace("dnsNames: []", "commonName: nas.lan")}\n---\n{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g, annotations: {cert-manager.io/cluster-issuer: le}}, spec: {listeners: [{name: l, hostname: a.homelab.local}]}}`,
      finds: ['"nas.lan"', '"a.homelab.local"'],
    },
    {
      title: "a resolver for an Ingress, for TCP, and for a domain beside the route",
      yaml: [
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, annotations: {traefik.ingress.kubernetes.io/router.tls.certresolver: le}}, spec: {rules: [{host: a.local}]}}",
        "{apiVersion: traefik.io/v1alpha1, kind: IngressRouteTCP, metadata: {name: t}, spec: {routes: [{match: 'HostSNI(`b.local`)'}], tls: {certResolver: le}}}",
        "{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: r}, spec: {routes: [{match: 'Host(`a.example.org`)'}], tls: {certResolver: le, domains: [{main: c.local}]}}}",
      ].join("\n---\n"),
      finds: ['"a.local"', '"c.local"', '"b.local"'],
    },
    {
      title: "a resolver of Traefik",
      yaml: "{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: r}, spec: {routes: [{match: 'Host(`a.local`) && PathPrefix(`/x`)'}], tls: {certResolver: le}}}",
      finds: ['"a.local"'],
    },
  ],
});

function* checkCertificate(view: ObjectView, inventory: Inventory): Iterable<Finding> {
  const { spec } = view;
  const reference = spec.at("issuerRef");
  const names = () => [...spec.at("dnsNames").texts(), ...optional(spec.at("commonName"))];
  const issuer = issuerOf(inventory, reference.at("kind").text() ?? "Issuer", view.namespace, reference.at("name").text());
  if (issuer) yield* impossible(names(), issuer);
}

function* checkIngress(view: ObjectView, inventory: Inventory): Iterable<Finding> {
  const names = () =>
    view.spec
      .at("tls")
      .items()
      .flatMap((entry) => entry.at("hosts").texts());
  for (const issuer of annotated(view, inventory)) yield* impossible(names(), issuer);
  // A certResolver of Traefik is always ACME (or Tailscale, which has names of its own).
  if (view.annotations.at("traefik.ingress.kubernetes.io/router.tls.certresolver").text()) yield* impossible(hostsOf(view));
}

function* checkGateway(view: ObjectView, inventory: Inventory): Iterable<Finding> {
  const names = () =>
    view.spec
      .at("listeners")
      .items()
      .flatMap((listener) => optional(listener.at("hostname")));
  for (const issuer of annotated(view, inventory)) yield* impossible(names(), issuer);
}

function* checkRoute(view: ObjectView): Iterable<Finding> {
  const tls = view.spec.at("tls");
  if (!tls.at("certResolver").text()) return;
  const domains = tls.at("domains").items();
  const named = domains.flatMap((domain) => [...optional(domain.at("main")), ...domain.at("sans").texts()]);
  yield* impossible(named.length > 0 ? named : hostsOf(view));
}

/** The issuers that speak ACME among those that annotations ask of cert-manager. */
function annotated(view: ObjectView, inventory: Inventory): ObjectView[] {
  const ask = (kind: string, key: string) => issuerOf(inventory, kind, view.namespace, view.annotations.at(key).text());
  return [ask("ClusterIssuer", "cert-manager.io/cluster-issuer"), ask("Issuer", "cert-manager.io/issuer")].flatMap(
    (issuer) => issuer ?? [],
  );
}

/** An issuer that asks a public authority; one of your own, as step-ca, certifies what it likes. */
function issuerOf(inventory: Inventory, kind: string, namespace: string, name: string | undefined): ObjectView | undefined {
  if (name === undefined) return undefined;
  const issuer = inventory.find(`cert-manager.io/${kind}`, kind === "ClusterIssuer" ? "" : namespace, name);
  const acme = issuer?.spec.at("acme");
  if (!acme?.exists) return undefined;
  const authority = /^https?:\/\/([^/:]+)/i.exec(acme.at("server").text() ?? "")?.[1];
  return authority !== undefined && isPrivate(authority) ? undefined : issuer;
}

function optional(field: Field): string[] {
  const text = field.text();
  return text ? [text] : [];
}

/** Names that no public authority can certify, or not in the way that this issuer proves them. */
function* impossible(names: readonly string[], issuer?: ObjectView): Iterable<Finding> {
  yield* each(new Set(names), function* (name) {
    if (isPrivate(name)) {
      yield finding(
        "spec",
        `asks a public authority for ${show(name)}, which nobody can own`,
        "use a name under a domain that you own, or an issuer with an authority of your own",
      );
    } else if (name.startsWith("*.") && issuer && !provesByDns(issuer)) {
      yield finding(
        "spec",
        `asks for the wildcard ${show(name)}, which is certified by DNS-01 only, and ${describe(issuer)} has no such solver`,
        "add a dns01 solver to the issuer, or name each host",
      );
    }
  });
}

/** Let's Encrypt certifies a wildcard by DNS-01 only (RFC 8555 leaves it to the authority). */
function provesByDns(issuer: ObjectView): boolean {
  const solvers = issuer.spec.at("acme", "solvers").items();
  return solvers.length === 0 || solvers.some((solver) => solver.at("dns01").exists);
}

/** Domains that are reserved (RFC 6761, 6762, 8375, 9476; ICANN for internal) or that home routers make up. */
const PRIVATE =
  /(?:^|\.)(?:local|localhost|localdomain|lan|home|homelab|internal|intranet|corp|private|test|example|invalid|onion|alt|home\.arpa)$/i;

function isPrivate(name: string): boolean {
  const plain = name.replace(/^\*\./, "").replace(/\.$/, "");
  return !plain.includes(".") || PRIVATE.test(plain) || /^[\d.]+$|:/.test(plain);
}

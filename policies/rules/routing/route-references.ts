import { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { show } from "../../../kubernetes/objects/text";
import { Inventory, sameNamespace } from "../../core/inventory";
import { ObjectView } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { TRAEFIK_GROUPS } from "./https/traefik";

const SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: a}}";
const OTHER = "{apiVersion: v1, kind: Secret, metadata: {name: other, namespace: a}}";
const TRAEFIK = "apiVersion: traefik.io/v1alpha1";
const object = (kind: string, name: string, spec = "{}", namespace = "a") =>
  `{${TRAEFIK}, kind: ${kind}, metadata: {name: ${name}, namespace: ${namespace}}, spec: ${spec}}`;
const served = (more = "", spec = "", service = "name: web", kind = "IngressRoute") =>
  object(kind, "r", `{routes: [{services: [{${service}}]${more}}]${spec}}`);
const both = (...documents: string[]) => documents.join("\n---\n");

export const routeReferences = definePolicy<object>({
  id: "route-references",
  title: "What a route refers to is there, in its own namespace",
  rationale:
    "Traefik drops a route whose middleware, options or Service it does not find, and answers 404, or with a certificate of its own, " +
    "while everything deployed looks well. References into another namespace it follows only where it was told to.",
  severity: "medium",
  level: "advisory",
  remediation: "Make what is missing, beside the route, or mend the name.",
  tags: ["network", "tls"],
  match: [
    ...TRAEFIK_GROUPS.map((group) => ({
      group,
      versions: ["v1alpha1"],
      kinds: ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "Middleware"],
    })),
    { group: "networking.k8s.io", versions: ["v1"], kinds: ["Ingress"] },
  ],
  params: {},
  *crossCheck(inventory) {
    const types = TRAEFIK_GROUPS.flatMap((group) => Object.keys(READERS).map((kind) => [`${group}/${kind}`, kind] as const));
    for (const [type, kind] of [...types, ["networking.k8s.io/Ingress", "Ingress"] as const]) {
      yield* atEach(inventory.all(type), (view) =>
        view.patch ? [] : each(READERS[kind]!(view), (one) => judge(one, view, inventory)),
      );
    }
  },
  admission: { notExpressible: "what a route refers to are other objects" },
  good: [
    {
      title: "a route whose parts are all there",
      yaml: both(
        SERVICE,
        object("Middleware", "m"),
        object("TLSOption", "o"),
        object("ServersTransport", "t"),
        "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: a}}",
        served(", middlewares: [{name: m}]", ", tls: {secretName: s, options: {name: o}}", "name: web, serversTransport: t"),
      ),
    },
    {
      title: "a certificate that is to be issued",
      yaml: both(
        SERVICE,
        "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: c, namespace: a}, spec: {secretName: s}}",
        served("", ", tls: {secretName: s}"),
      ),
    },
    {
      title: "parts that Traefik has from elsewhere",
      yaml: served(
        ", middlewares: [{name: m@file}]",
        ", tls: {options: {name: o@file}}",
        "name: noop@internal, kind: TraefikService",
      ),
    },
    {
      title: "a TCP route, and an Ingress",
      yaml: both(
        SERVICE,
        object("MiddlewareTCP", "m"),
        served(", middlewares: [{name: m}]", "", "name: web", "IngressRouteTCP"),
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: a}, spec: {defaultBackend: {service: {name: web}}}}",
      ),
    },
    { title: "a Secret that is kept out of the files", yaml: both(SERVICE, served("", ", tls: {secretName: s}")) },
    {
      title: "objects without a namespace beside a route without one",
      yaml: both(SERVICE, served()).replaceAll(", namespace: a", ""),
    },
  ],
  bad: [
    { title: "a Service that nobody makes", yaml: served(), finds: ['names the Service "web", which is not among the objects'] },
    {
      title: "a middleware of another namespace under its bare name",
      yaml: both(SERVICE, object("Middleware", "m", "{}", "b"), served(", middlewares: [{name: m}]")),
      finds: ['names the Middleware "m", which is not among the objects of its namespace'],
    },
    {
      title: "references into another namespace",
      yaml: both(
        SERVICE,
        object("Middleware", "m", "{}", "b"),
        served(", middlewares: [{name: m, namespace: b}]", ", tls: {options: {name: o, namespace: b}}"),
      ),
      finds: ['names the Middleware "m" of the namespace "b"', 'names the TLSOption "o" of the namespace "b"'],
    },
    {
      title: "options, a transport, and a Secret beside others, that nobody makes",
      yaml: both(SERVICE, OTHER, served("", ", tls: {secretName: s, options: {name: o}}", "name: web, serversTransport: t")),
      finds: ['the ServersTransport "t"', 'the Secret "s"', 'the TLSOption "o"'],
    },
    {
      title: "a middleware whose users, and whose chain, are missing",
      yaml: both(
        OTHER,
        object("Middleware", "m", "{basicAuth: {secret: users}}"),
        object("Middleware", "c", "{chain: {middlewares: [{name: x}]}}"),
      ),
      finds: ['the Secret "users"', 'the Middleware "x"'],
    },
    {
      title: "a middleware for TCP in a route for HTTP",
      yaml: both(SERVICE, object("MiddlewareTCP", "m"), served(", middlewares: [{name: m}]")),
      finds: ['the Middleware "m"'],
    },
    {
      title: "a backend of an Ingress",
      yaml: "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: a}, spec: {rules: [{http: {paths: [{backend: {service: {name: web}}}]}}]}}",
      finds: ['the Service "web"'],
    },
  ],
});

interface Reference {
  kind: string;
  name: Field;
  namespace?: Field;
}

const named = (kind: string, field: Field): Reference => ({ kind, name: field.at("name"), namespace: field.at("namespace") });

function route(kinds: { middleware: string; transport: string }) {
  return ({ spec }: ObjectView): Reference[] => {
    const routes = spec.at("routes").items();
    const tls = spec.at("tls");
    return [
      ...routes.flatMap((one) => one.at("middlewares").items()).map((one) => named(kinds.middleware, one)),
      ...routes
        .flatMap((one) => one.at("services").items())
        .flatMap((one) => [
          named(one.at("kind").text() ?? "Service", one),
          { kind: kinds.transport, name: one.at("serversTransport") },
        ]),
      { kind: "Secret", name: tls.at("secretName") },
      named("TLSOption", tls.at("options")),
    ];
  };
}

/** What each kind refers to, in the order in which it is told. */
const READERS: Record<string, (view: ObjectView) => Reference[]> = {
  IngressRoute: route({ middleware: "Middleware", transport: "ServersTransport" }),
  IngressRouteTCP: route({ middleware: "MiddlewareTCP", transport: "ServersTransportTCP" }),
  IngressRouteUDP: route({ middleware: "Middleware", transport: "ServersTransport" }),
  Middleware: ({ spec }) => [
    ...["basicAuth", "digestAuth"].map((kind) => ({ kind: "Secret", name: spec.at(kind, "secret") })),
    ...spec
      .at("chain", "middlewares")
      .items()
      .map((one) => named("Middleware", one)),
  ],
  Ingress: ({ spec }) => {
    const paths = spec
      .at("rules")
      .items()
      .flatMap((rule) => rule.at("http", "paths").items());
    const backends = [spec.at("defaultBackend"), ...paths.map((path) => path.at("backend"))];
    return backends.map((backend) => ({ kind: "Service", name: backend.at("service", "name") }));
  },
};

function* judge({ kind, name, namespace }: Reference, view: ObjectView, inventory: Inventory): Iterable<Finding> {
  const text = name.text();
  // A name with a provider is another one's.
  if (!text || text.includes("@")) return;
  const own = view.knownNamespace;
  const place = namespace?.text() ?? own;
  if (!sameNamespace(place, own)) {
    const fix = "make one beside the route, or tell Traefik to follow it (providers.kubernetesCRD.allowCrossNamespace)";
    yield finding(
      name,
      `names the ${kind} ${show(text)} of the namespace ${show(place)}, which Traefik does not follow by itself`,
      fix,
    );
    return;
  }
  if (isThere(kind, place, text, inventory)) return;
  // Secrets are kept out of files with reason; where others of the namespace are made here, one that is not is a slip.
  if (kind === "Secret" && !makesSecrets(place, inventory)) return;
  yield finding(
    name,
    `names the ${kind} ${show(text)}, which is not among the objects of its namespace`,
    "make it, mend the name, or see that it is in the cluster already",
  );
}

const TYPES: Record<string, readonly string[]> = { Service: ["/Service"], Secret: ["/Secret"] };

function isThere(kind: string, namespace: string, name: string, inventory: Inventory): boolean {
  const types = TYPES[kind] ?? TRAEFIK_GROUPS.map((group) => `${group}/${kind}`);
  if (types.some((type) => inventory.find(type, namespace, name) !== undefined)) return true;
  return kind === "Secret" && isMade(namespace, name, inventory);
}

/** Kinds whose controllers write a Secret, and where they say its name; without it, it is called after them. */
const MAKERS: [string, string[]][] = [
  ["cert-manager.io/Certificate", ["secretName"]],
  ["external-secrets.io/ExternalSecret", ["target", "name"]],
  ["bitnami.com/SealedSecret", ["template", "metadata", "name"]],
];

function makesSecrets(namespace: string, inventory: Inventory): boolean {
  return ["/Secret", ...MAKERS.map(([type]) => type)].some((type) =>
    inventory.all(type).some((view) => sameNamespace(view.knownNamespace, namespace)),
  );
}

function isMade(namespace: string, name: string, inventory: Inventory): boolean {
  return MAKERS.some(([type, path]) =>
    inventory
      .all(type)
      .some((view) => sameNamespace(view.knownNamespace, namespace) && (view.spec.along(path).text() ?? view.name) === name),
  );
}

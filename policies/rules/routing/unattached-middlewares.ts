import { Field } from "../../../kubernetes/objects/field";
import { Finding, advice, attempt, finding, unverifiable } from "../../../kubernetes/objects/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { unknownPath } from "../../../kubernetes/objects/unknown";
import { TRAEFIK_GROUPS } from "./https/traefik";

const KINDS = ["Middleware", "MiddlewareTCP"];

function middleware(spec: string): string {
  return `{apiVersion: traefik.io/v1alpha1, kind: Middleware, metadata: {name: m, namespace: a}, spec: ${spec}}`;
}

const AUTH = middleware("{basicAuth: {secret: users}}");
const route = (list: string) =>
  `\n---\n{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: r, namespace: a}, spec: {routes: [{middlewares: [${list}]}]}}`;

const TRAEFIK =
  "\n---\n{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: t}, spec: {template: {spec: {containers: [{name: t, image: 'traefik:v3', args: ['--entryPoints.websecure.http.middlewares=a-m@kubernetescrd']}]}}}}";

/** Middlewares that keep somebody out. */
const GUARDS = ["basicAuth", "digestAuth", "forwardAuth", "ipAllowList", "ipWhiteList", "rateLimit", "inFlightReq"];

export const unattachedMiddlewares = definePolicy<object>({
  id: "unattached-middlewares",
  title: "A middleware is attached to some route",
  rationale: "A password that is asked of nobody looks like protection in the code and is none at all.",
  severity: "high",
  level: "mandatory",
  remediation: "Name the middleware in the routes that it should guard, or remove it.",
  tags: ["network", "security"],
  match: [{ group: "traefik.io", versions: ["v1alpha1"], kinds: KINDS }],
  params: {},
  *crossCheck(inventory) {
    const middlewares = TRAEFIK_GROUPS.flatMap((group) => KINDS.flatMap((kind) => inventory.all(`${group}/${kind}`)));
    const loose = middlewares.filter((view) => !view.patch && !inventory.memo(attached).has(keyOf(view)));
    if (loose.length === 0) return;
    const everywhere = onEntryPoints(inventory);
    yield* atEach(
      loose.filter((view) => !everywhere.has(keyOf(view))),
      (view) => unattached(view, inventory.memo(attached).has(UNKNOWN) || everywhere.has(UNKNOWN)),
    );
  },
  admission: { notExpressible: "that no route names it cannot be seen from the middleware" },
  good: [
    { title: "a middleware of a route", yaml: AUTH + route("{name: m}") },
    {
      title: "one of a route in another namespace",
      yaml: AUTH + route("{name: m, namespace: a}").replace("name: r, namespace: a", "name: r, namespace: b"),
    },
    {
      title: "one of a chain",
      yaml: `${AUTH}\n---\n${middleware("{chain: {middlewares: [{name: m}]}}").replace("name: m", "name: all")}${route("{name: all}")}`,
    },
    {
      title: "one of an Ingress, by annotation",
      yaml: `${AUTH}\n---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: b, annotations: {traefik.ingress.kubernetes.io/router.middlewares: 'x-y@file, a-m@kubernetescrd'}}}`,
    },
    {
      title: "one of a TCP route",
      yaml: `${AUTH.replace("Middleware", "MiddlewareTCP")}${route("{name: m}").replace("IngressRoute", "IngressRouteTCP")}`,
    },
    { title: "one of an entry point of Traefik", yaml: AUTH + TRAEFIK },
    {
      title: "one of an entry point of the Traefik that K3s brings",
      yaml: `${AUTH}\n---\n{apiVersion: helm.cattle.io/v1, kind: HelmChartConfig, metadata: {name: traefik, namespace: kube-system}, spec: {valuesContent: "ports: {websecure: {http: {middlewares: [a-m@kubernetescrd]}}}"}}`,
    },
    {
      title: "one of an HTTPRoute",
      yaml: `${AUTH}\n---\n{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: h, namespace: a}, spec: {rules: [{filters: [{extensionRef: {kind: Middleware, name: m}}]}]}}`,
    },
  ],
  bad: [
    {
      title: "a list of addresses for TCP that no route names, though a middleware of HTTP is called the same",
      yaml: `${AUTH.replace("Middleware", "MiddlewareTCP").replace("basicAuth: {secret: users}", "ipAllowList: {sourceRange: [192.0.2.0/24]}")}${route("{name: m}")}`,
      finds: ["its ipAllowList keeps nobody out"],
    },
    {
      title: "a middleware that only an entry point of another name would have",
      yaml: `${AUTH}${TRAEFIK.replace("a-m@", "b-m@")}`,
      finds: ["keeps nobody out"],
    },
    { title: "a password that nobody is asked for", yaml: AUTH, finds: ["its basicAuth keeps nobody out"] },
    {
      title: "a middleware of that name in another namespace only",
      yaml: AUTH + route("{name: m, namespace: b}"),
      finds: ["keeps nobody out"],
    },
    {
      title: "headers that are never set, as advice",
      yaml: middleware("{headers: {frameDeny: true}}"),
      finds: ["is attached to no route"],
    },
  ],
});

function* unattached(view: ObjectView, hidden: boolean): Iterable<Finding> {
  const guard = GUARDS.find((kind) => view.spec.at(kind).exists);
  const fix = "name it under middlewares of a route, or remove it";
  if (hidden || view.unplaced) {
    const what = guard ? `, so whether its ${guard} keeps anybody out` : "";
    if (guard) {
      yield unverifiable("spec", `cannot be verified: which routes name it${what}, is not known before the deployment`, fix);
    }
    return;
  }
  const report = guard ? finding : advice;
  yield report("spec", `is attached to no route${guard ? `: its ${guard} keeps nobody out` : ""}`, fix);
}

/** Stands for a name that is not known yet. */
const UNKNOWN = "?";

/** As Traefik writes it, `namespace-name`; middlewares for TCP are other objects. */
function key(namespace: string, name: string, tcp: boolean): string {
  return `${tcp ? "tcp " : ""}${namespace || "default"}-${name}`;
}

function keyOf(view: ObjectView): string {
  return key(view.namespace, view.name, view.kind === "MiddlewareTCP");
}

/** Every middleware that some object names. */
function attached(inventory: Inventory): Set<string> {
  const used = new Set<string>();
  for (const view of inventory.objects) {
    const read = references(view);
    if (!read) continue;
    try {
      const tcp = view.kind === "IngressRouteTCP";
      for (const reference of read()) used.add(referred(reference, view, tcp));
    } catch (error) {
      if (unknownPath(error) === undefined) throw error;
      used.add(UNKNOWN);
    }
  }
  return used;
}

function referred(reference: Field | string, view: ObjectView, tcp: boolean): string {
  if (typeof reference === "string") return reference;
  const name = reference.at("name").text() ?? "";
  if (name.endsWith("@kubernetescrd")) return `${tcp ? "tcp " : ""}${name.slice(0, -"@kubernetescrd".length)}`;
  return key(reference.at("namespace").text() ?? view.knownNamespace, name, tcp);
}

/** How to read the middlewares that an object names; undefined for kinds that name none. */
function references(view: ObjectView): (() => (Field | string)[]) | undefined {
  const { spec } = view;
  switch (view.kind) {
    case "Middleware":
      return () => spec.at("chain", "middlewares").items();
    case "IngressRoute":
    case "IngressRouteTCP":
      return () =>
        spec
          .at("routes")
          .items()
          .flatMap((route) => route.at("middlewares").items());
    case "HTTPRoute":
    case "GRPCRoute":
      return () =>
        spec
          .at("rules")
          .items()
          .flatMap((rule) =>
            rule
              .at("filters")
              .items()
              .map((filter) => filter.at("extensionRef")),
          );
    case "Ingress":
      return () => written(view.annotations.at("traefik.ingress.kubernetes.io/router.middlewares").text() ?? "");
    default:
      return undefined;
  }
}

/** The middlewares of a list as `a-auth@kubernetescrd, x@file`. */
function written(list: string): string[] {
  return list.split(",").map((name) => name.trim().replace(/@kubernetescrd$/, ""));
}

/** What Traefik's own settings put before every route of an entry point: arguments of its pods, or values of its chart. */
function onEntryPoints(inventory: Inventory): Set<string> {
  const used = new Set<string>();
  const note = (text: string) => {
    for (const [, name] of text.slice(0, 256 * 1024).matchAll(/(?<![\w.-])([\w.-]{1,512})@kubernetescrd\b/g)) used.add(name!);
  };
  const charts = ["HelmChartConfig", "HelmChart"].flatMap((kind) => inventory.all(`helm.cattle.io/${kind}`));
  const parts = [
    ...charts.map((view) => () => [view.spec.at("valuesContent").text() ?? ""]),
    ...inventory.workloads.map((view) => () => {
      // An image that is not known yet is that of a program made here.
      const traefik = view.pod!.containers.filter(({ field }) => isTraefik(field.at("image")));
      return traefik.flatMap(({ field }) => field.at("args").texts());
    }),
  ];
  for (const part of parts) {
    if (attempt(() => void part().forEach(note)).length > 0) used.add(UNKNOWN);
  }
  return used;
}

function isTraefik(image: Field): boolean {
  return !image.unknown && /(?:^|\/)traefik(?:[:@]|$)/.test(image.text() ?? "");
}

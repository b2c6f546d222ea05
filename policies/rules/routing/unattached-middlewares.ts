import { Field } from "../../core/field";
import { advice, finding, unverifiable } from "../../core/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { unknownPath } from "../../core/unknown";
import { TRAEFIK_GROUPS } from "./https/traefik";

function middleware(spec: string): string {
  return `{apiVersion: traefik.io/v1alpha1, kind: Middleware, metadata: {name: m, namespace: a}, spec: ${spec}}`;
}

const AUTH = middleware("{basicAuth: {secret: users}}");
const route = (list: string) =>
  `\n---\n{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: r, namespace: a}, spec: {routes: [{middlewares: [${list}]}]}}`;

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
  match: [{ group: "traefik.io", versions: ["v1alpha1"], kinds: ["Middleware"] }],
  params: {},
  *crossCheck(inventory) {
    const used = inventory.memo(attached);
    for (const group of TRAEFIK_GROUPS) {
      yield* atEach(inventory.all(`${group}/Middleware`), function* (view) {
        if (view.patch || used.has(key(view.knownNamespace, view.name))) return;
        if (used.has(UNKNOWN) || view.root.at("metadata", "name").unknown) {
          yield unverifiable(
            "spec",
            "cannot be verified: which middlewares the routes name is not known before the deployment",
            "make the names known at preview",
          );
          return;
        }
        const guard = GUARDS.find((kind) => view.spec.at(kind).exists);
        const say = guard ? finding : advice;
        yield say(
          "spec",
          `is attached to no route${guard ? `: its ${guard} keeps nobody out` : ""}`,
          "name it under middlewares of a route, or remove it",
        );
      });
    }
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
      title: "one of an HTTPRoute",
      yaml: `${AUTH}\n---\n{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: h, namespace: a}, spec: {rules: [{filters: [{extensionRef: {kind: Middleware, name: m}}]}]}}`,
    },
  ],
  bad: [
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

function key(namespace: string, name: string): string {
  return `${namespace || "default"}-${name}`;
}

/** Stands for a middleware whose name is not known yet. */
const UNKNOWN = "?";

const NAMING = new Set(["Middleware", "IngressRoute", "IngressRouteTCP", "HTTPRoute", "GRPCRoute", "Ingress"]);

/** Every middleware that something names, as Traefik writes it: `namespace-name`. */
function attached(inventory: Inventory): Set<string> {
  const used = new Set<string>();
  const refer = (reference: Field, view: ObjectView) => {
    const [name, namespace] = [reference.at("name"), reference.at("namespace")];
    if (name.unknown || namespace.unknown) used.add(UNKNOWN);
    else if (name.text()?.endsWith("@kubernetescrd")) used.add(name.text()!.slice(0, -"@kubernetescrd".length));
    else used.add(key(namespace.text() ?? view.knownNamespace, name.text() ?? ""));
  };
  for (const view of inventory.objects) {
    if (!NAMING.has(view.kind)) continue;
    try {
      for (const reference of references(view)) refer(reference, view);
      for (const name of annotated(view)) used.add(name);
    } catch (error) {
      if (unknownPath(error) === undefined) throw error;
      used.add(UNKNOWN);
    }
  }
  return used;
}

function references(view: ObjectView): Field[] {
  if (view.kind === "Middleware") return view.spec.at("chain", "middlewares").items();
  if (view.kind === "IngressRoute" || view.kind === "IngressRouteTCP")
    return view.spec
      .at("routes")
      .items()
      .flatMap((route) => route.at("middlewares").items());
  if (view.kind !== "HTTPRoute" && view.kind !== "GRPCRoute") return [];
  return view.spec
    .at("rules")
    .items()
    .flatMap((rule) =>
      rule
        .at("filters")
        .items()
        .map((filter) => filter.at("extensionRef")),
    );
}

function annotated(view: ObjectView): string[] {
  if (view.kind !== "Ingress") return [];
  const text = view.annotations.at("traefik.ingress.kubernetes.io/router.middlewares").text() ?? "";
  return text.split(",").map((name) => name.trim().replace(/@kubernetescrd$/, ""));
}

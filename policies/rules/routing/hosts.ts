import { Field } from "../../core/field";
import { ObjectView } from "../../core/object";

/** Host names and paths that one route answers; an empty host stands for every host. */
export interface Claimed {
  host: string;
  path: string;
  where: Field;
}

/** The host names that an Ingress, IngressRoute or HTTPRoute answers. */
export function hostsOf(view: ObjectView): string[] {
  return [...new Set(claimsOf(view).map(({ host }) => host))].filter((host) => host !== "");
}

/** What an object claims. Of Traefik's rules only hosts and paths are understood; with anything else the claim is narrower. */
export function claimsOf(view: ObjectView): Claimed[] {
  if (view.kind === "Ingress") return ingressClaims(view);
  if (view.kind === "IngressRoute") return view.spec.at("routes").items().flatMap(routeClaims);
  return view.kind === "HTTPRoute" ? httpRouteClaims(view) : [];
}

function ingressClaims(view: ObjectView): Claimed[] {
  return view.spec
    .at("rules")
    .items()
    .flatMap((rule) => {
      const host = (rule.at("host").text() ?? "").toLowerCase();
      const paths = rule.at("http", "paths").items();
      if (paths.length === 0) return [{ host, path: "prefix /", where: rule }];
      return paths.map((path) => {
        const kind = path.at("pathType").text() === "Exact" ? "exact" : "prefix";
        return { host, path: `${kind} ${path.at("path").text() ?? "/"}`, where: path };
      });
    });
}

function routeClaims(route: Field): Claimed[] {
  const match = (route.at("match").text() ?? "").slice(0, 5000);
  const hosts = quoted(match, /\bHost\(([^)]*)\)/g);
  const paths = [
    ...quoted(match, /\bPathPrefix\(([^)]*)\)/g).map((path) => `prefix ${path}`),
    ...quoted(match, /\bPath\(([^)]*)\)/g).map((path) => `exact ${path}`),
  ];
  // Headers, methods, clients and negations set two routes for one host apart.
  const narrower = /!|\b(?:Headers?|HeadersRegexp|HeaderRegexp|Method|ClientIP|Query|QueryRegexp|HostRegexp|PathRegexp)\(/.test(
    match,
  );
  const suffix = narrower ? ` if ${match}` : "";
  return (hosts.length > 0 ? hosts : [""]).flatMap((host) =>
    (paths.length > 0 ? paths : ["prefix /"]).map((path) => ({ host: host.toLowerCase(), path: path + suffix, where: route })),
  );
}

function quoted(match: string, matcher: RegExp): string[] {
  return [...match.matchAll(matcher)].flatMap(([, list]) => [...list.matchAll(/[`"']([^`"']*)[`"']/g)].map(([, text]) => text));
}

function httpRouteClaims(view: ObjectView): Claimed[] {
  const names = view.spec.at("hostnames").texts();
  const hosts = names.length > 0 ? names.map((name) => name.toLowerCase()) : [""];
  return view.spec
    .at("rules")
    .items()
    .flatMap((rule) => {
      const matches = rule.at("matches").items();
      const paths = matches.length > 0 ? matches.map(httpMatch) : ["prefix /"];
      return hosts.flatMap((host) => paths.map((path) => ({ host, path, where: rule })));
    });
}

function httpMatch(match: Field): string {
  const kind = match.at("path", "type").text() === "Exact" ? "exact" : "prefix";
  const others = ["headers", "queryParams", "method"]
    .filter((key) => match.at(key).exists)
    .map((key) => JSON.stringify(match.at(key).value));
  return [`${kind} ${match.at("path", "value").text() ?? "/"}`, ...others].join(" if ");
}

import { Field } from "../../../kubernetes/objects/field";
import { ObjectView } from "../../core/object";
import { Alternative, alternativesOf } from "./match";

/** Host names and paths that one route answers; an empty host stands for every host. */
export interface Claimed {
  host: string;
  path: string;
  where: Field;
  /** The hosts are described by a regular expression, which `host` does not hold. */
  pattern?: boolean;
}

/** The host names that an object with routes answers. */
export function hostsOf(view: ObjectView): string[] {
  const claims = claimantsOf(view).flatMap((rule) => claimsOf(view, rule));
  return [...new Set(claims.map(({ host }) => host))].filter((host) => host !== "");
}

/** The rules of an object that claim addresses, one by one, so that an unknown one does not hide the others. */
export function claimantsOf(view: ObjectView): Field[] {
  if (view.kind === "Ingress" || view.kind === "HTTPRoute") return view.spec.at("rules").items();
  return view.kind === "IngressRoute" || view.kind === "IngressRouteTCP" ? view.spec.at("routes").items() : [];
}

/** What one of `claimantsOf` claims. */
export function claimsOf(view: ObjectView, rule: Field): Claimed[] {
  if (view.kind === "Ingress") return ingressClaims(rule);
  if (view.kind === "HTTPRoute") return httpRouteClaims(view, rule);
  const claims = view.kind === "IngressRoute" ? httpClaims : tcpClaims;
  return alternativesOf(rule.at("match").text() ?? "").flatMap((alternative) => claims(rule, alternative));
}

function ingressClaims(rule: Field): Claimed[] {
  const host = (rule.at("host").text() ?? "").toLowerCase();
  const paths = rule.at("http", "paths").items();
  if (paths.length === 0) return [{ host, path: "prefix /", where: rule }];
  return paths.map((path) => {
    const text = path.at("path").text() ?? "/";
    return { host, path: path.at("pathType").text() === "Exact" ? `exact ${text}` : prefix(text), where: path };
  });
}

/** To Ingress and HTTPRoute `/a` and `/a/` begin the same paths. */
function prefix(path: string): string {
  return `prefix ${path.replace(/(.)\/+$/, "$1")}`;
}

/** Of Traefik's matchers only hosts and paths are understood; every other makes the claim a narrower one. */
function httpClaims(where: Field, alternative: Alternative): Claimed[] {
  const values = (...names: string[]) => alternative.filter(({ name }) => names.includes(name)).flatMap(({ values }) => values);
  const hosts = values("Host").map((host) => host.toLowerCase());
  const paths = [...values("PathPrefix").map((path) => `prefix ${path}`), ...values("Path").map((path) => `exact ${path}`)];
  const others = alternative.filter(({ name }) => !["Host", "PathPrefix", "Path"].includes(name)).map(({ text }) => text);
  const suffix = others.length > 0 ? ` if ${others.sort().join(" && ")}` : "";
  const pattern = hosts.length === 0 && alternative.some(({ name }) => name === "HostRegexp");
  return (hosts.length > 0 ? hosts : [""]).flatMap((host) =>
    (paths.length > 0 ? paths : ["prefix /"]).map((path) => ({ host, path: path + suffix, where, pattern })),
  );
}

function tcpClaims(where: Field, alternative: Alternative): Claimed[] {
  const suffix = alternative
    .filter(({ name }) => name !== "HostSNI")
    .map(({ text }) => ` if ${text}`)
    .sort()
    .join("");
  return alternative
    .filter(({ name }) => name === "HostSNI")
    .flatMap(({ values }) => values.filter((host) => host !== "*"))
    .map((host) => ({ host: host.toLowerCase(), path: `every connection${suffix}`, where }));
}

function httpRouteClaims(view: ObjectView, rule: Field): Claimed[] {
  const names = view.spec.at("hostnames").texts();
  const hosts = names.length > 0 ? names.map((name) => name.toLowerCase()) : [""];
  const matches = rule.at("matches").items();
  const paths = matches.length > 0 ? matches.map(httpMatch) : ["prefix /"];
  return hosts.flatMap((host) => paths.map((path) => ({ host, path, where: rule })));
}

function httpMatch(match: Field): string {
  const [kind, text] = [match.at("path", "type").text(), match.at("path", "value").text() ?? "/"];
  const path = kind === "Exact" ? `exact ${text}` : kind === "RegularExpression" ? `expression ${text}` : prefix(text);
  const others = ["headers", "queryParams", "method"]
    .filter((key) => match.at(key).exists)
    .map((key) => JSON.stringify(match.at(key).value));
  return [path, ...others].join(" if ");
}

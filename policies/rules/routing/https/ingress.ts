import { Field } from "../../../core/field";
import { Finding, advice, attempt, each, finding } from "../../../core/finding";
import { ObjectView } from "../../../core/object";
import { show } from "../../../core/text";
import type { HttpsParams } from "./params";

export function* checkIngress(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  const { spec } = view;
  const rules = spec.at("rules").items();
  const serves = rules.length > 0 || spec.at("defaultBackend").exists || spec.at("backend").exists;
  if (!serves) return;
  yield* attempt(() => checkAnnotations(view, params));
  const entries = spec.at("tls").items();
  if (entries.length === 0) {
    yield finding(spec.at("tls"), "has no tls: it answers over plain HTTP", "add spec.tls with the hosts and a secretName");
    return;
  }
  yield* each(entries, function* (entry) {
    if (entry.at("secretName").text()) return;
    yield finding(entry, "has a tls entry without a secret", "set secretName to the Secret that holds the certificate");
  });
  yield* each(rules, (rule) => checkHost(rule, entries));
}

function* checkHost(rule: Field, entries: Field[]): Iterable<Finding> {
  const host = rule.at("host").text();
  if (!host) {
    const fix = "name the host, and put it under spec.tls";
    yield finding(rule, "has a rule for every host, which no certificate covers", fix);
    return;
  }
  const covered = entries.some((entry) => {
    const hosts = entry.at("hosts").texts();
    // An entry without hosts is the certificate for all of them.
    return hosts.length === 0 || hosts.some((pattern) => covers(pattern, host));
  });
  if (!covered) {
    yield finding(rule, `serves ${show(host)} outside its tls hosts, over plain HTTP`, `add ${show(host)} to spec.tls[].hosts`);
  }
}

/** Whether a certificate's name stands for a host: the same, or a wildcard for exactly its first label (RFC 6125). */
export function covers(pattern: string, host: string): boolean {
  const [name, wanted] = [pattern.toLowerCase(), host.toLowerCase()];
  if (name === wanted) return true;
  return name.startsWith("*.") && !wanted.startsWith("*") && wanted.slice(wanted.indexOf(".")) === name.slice(1);
}

const ENTRY_POINTS = "traefik.ingress.kubernetes.io/router.entrypoints";

/** Annotations that open the plain door again beside a good spec. */
function* checkAnnotations(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  const { annotations } = view;
  const entryPoints = annotations.at(ENTRY_POINTS);
  const names = (entryPoints.text() ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const plain = names.filter((name) => !params.tlsEntryPoints.includes(name));
  if (plain.length > 0) {
    yield finding(
      entryPoints,
      `listens on the entry point ${show(plain[0])}, which has no TLS`,
      `set ${ENTRY_POINTS}: ${params.tlsEntryPoints[0]}`,
    );
  }
  const allowHttp = annotations.at("kubernetes.io/ingress.allow-http");
  if (allowHttp.isTrue())
    yield finding(allowHttp, "allows plain HTTP by annotation", 'set kubernetes.io/ingress.allow-http: "false"');
  const redirect = annotations.at("nginx.ingress.kubernetes.io/ssl-redirect");
  if (redirect.scalar() === "false") yield finding(redirect, "switches the redirect to HTTPS off", "remove the annotation");
  const className = view.spec.at("ingressClassName").text() ?? annotations.at("kubernetes.io/ingress.class").text();
  if (className === "traefik" && names.length === 0) {
    yield advice(
      view.annotations,
      "names no entry point: Traefik answers it on every default one, plain HTTP too where that does not redirect",
      `set the annotation ${ENTRY_POINTS}: ${params.tlsEntryPoints[0]}`,
    );
  }
}

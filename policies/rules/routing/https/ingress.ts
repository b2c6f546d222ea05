import { Field } from "../../../../kubernetes/objects/field";
import { Finding, advice, attempt, each, finding, unseen } from "../../../../kubernetes/objects/finding";
import { ObjectView } from "../../../core/object";
import { show } from "../../../../kubernetes/objects/text";
import type { HttpsParams } from "./params";

export function* checkIngress(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  const { spec } = view;
  const rules = spec.at("rules");
  const backends = ["defaultBackend", "backend"].map((key) => spec.at(key)).filter((field) => field.unknown || field.exists);
  const serves = rules.unknown || rules.items().length > 0 || backends.length > 0;
  if (!serves && !view.patch) return;
  yield* checkAnnotations(view, params);
  const tls = spec.at("tls");
  const entries = tls.items();
  if (entries.length === 0) {
    if (!view.patch || tls.exists) {
      yield finding(tls, "has no tls: it answers over plain HTTP", "add spec.tls with the hosts and a secretName");
    } else if (serves) {
      yield unseen(tls, "tls");
    }
    return;
  }
  yield* each(entries, function* (entry) {
    if (entry.at("secretName").text()) return;
    yield advice(
      entry,
      "has a tls entry without a secret: it answers with the controller's default certificate",
      "set secretName to the Secret that holds the certificate, unless the default one names the hosts",
    );
  });
  yield* each(backends, (backend) => {
    if (!backend.exists) return undefined;
    return finding(backend, "has a default backend, which answers for every host over plain HTTP", "give it a rule with a host");
  });
  yield* attempt(() => each(rules.items(), (rule) => checkHost(rule, entries)));
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

export const ENTRY_POINTS = "traefik.ingress.kubernetes.io/router.entrypoints";

/** Annotations that open the plain door again beside a good spec, each by itself: one that is not known hides no other. */
function checkAnnotations(view: ObjectView, params: HttpsParams): readonly Finding[] {
  return each([entryPoints, allowHttp, noRedirect], (check) => check(view, params));
}

function entryPoints(view: ObjectView, params: HttpsParams): Finding | undefined {
  const field = view.annotations.at(ENTRY_POINTS);
  const names = (field.text() ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const fix = `set ${ENTRY_POINTS}: ${params.tlsEntryPoints[0]}`;
  const plain = names.find((name) => !params.tlsEntryPoints.includes(name));
  if (plain !== undefined) return finding(field, `listens on the entry point ${show(plain)}, which has no TLS`, fix);
  const className = view.spec.at("ingressClassName").text() ?? view.annotations.at("kubernetes.io/ingress.class").text();
  if (className !== "traefik" || names.length > 0) return undefined;
  return advice(
    view.annotations,
    "names no entry point: Traefik answers it on every default one, plain HTTP too where that does not redirect",
    fix,
  );
}

function allowHttp({ annotations }: ObjectView): Finding | undefined {
  const field = annotations.at("kubernetes.io/ingress.allow-http");
  if (!field.isTrue()) return undefined;
  return finding(field, "allows plain HTTP by annotation", 'set kubernetes.io/ingress.allow-http: "false"');
}

function noRedirect({ annotations }: ObjectView): Finding | undefined {
  const field = annotations.at("nginx.ingress.kubernetes.io/ssl-redirect");
  if (field.scalar() !== "false") return undefined;
  return finding(field, "switches the redirect to HTTPS off", "remove the annotation");
}

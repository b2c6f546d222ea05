import { isPlaceholder, text } from "./fields";
import type { Fix } from "./finding";
import { imageProblem } from "./image";
import * as names from "./names";
import * as network from "./network";
import * as amounts from "./amounts";

/* Text fields with a meaning. `example` is a right value, for the command that mends a wrong one. */

export function host(fix: Fix, allowed = names.HOST_RULE) {
  return text({ allowed, fix, problem: names.hostProblem, repair: names.repairHost });
}

/** A service's name. Left out, it follows from the domain: see hosts.ts. */
export function hostBelowDomain(label: string) {
  return host({ remove: true }, `${names.HOST_RULE}; left out, ${label}.<domain>`).meta({
    examples: [`${label}.${names.DEFAULT_DOMAIN}`],
    defaultText: `${label}. and the domain`,
  });
}

/** A name of a Kubernetes object that exists already, or that a person chose. */
export function objectName(meaning: string, example: string) {
  return text({
    allowed: `${meaning}: ${names.OBJECT_NAME_RULE.replace(/^a Kubernetes name: /, "")}`,
    fix: { set: example },
    problem: names.objectNameProblem,
    repair: names.repairObjectName,
  });
}

/** Why something is acceptable that is against the rules. */
export function reason() {
  return text({
    allowed: "the reason why this is acceptable, at least 10 characters",
    fix: { say: "say why, for those who read this stack after you" },
    problem: (value) => (value.trim().length < 10 ? "is shorter than 10 characters" : undefined),
  });
}

/** A namespace that exists already. */
export function namespace(example: string) {
  return text({
    allowed: `a namespace: ${names.LABEL_RULE}`,
    fix: { set: example },
    problem: names.labelProblem,
    repair: names.repairLabel,
  });
}

/** A namespace that the platform makes, and takes away again: never one of the cluster's own. */
export function ownNamespace(fix: Fix) {
  return text({
    allowed: `a namespace of its own, none of the cluster's: ${names.LABEL_RULE}`,
    fix,
    problem: (name) => names.labelProblem(name) ?? clusterNamespaceProblem(name),
    repair: names.repairLabel,
  });
}

/** An app, and the helm release that it is; its namespace, where it is not given, is judged apart. */
export function appName() {
  return text({
    allowed: `a name of its own: ${names.LABEL_RULE.replace("63", `${LONGEST_RELEASE}`)}`,
    fix: { say: "choose a name as above" },
    problem: (name) =>
      names.labelProblem(name) ?? (name.length > LONGEST_RELEASE ? `is longer than ${LONGEST_RELEASE} characters` : undefined),
    repair: names.repairLabel,
  });
}

/** helm's own limit. */
const LONGEST_RELEASE = 53;

export function clusterNamespaceProblem(name: string): string | undefined {
  const taken = name === "default" || name === "cert-manager" || name.startsWith("kube-");
  return taken ? "belongs to the cluster; the platform would take it over, and delete it with itself" : undefined;
}

export function entryPoint(example: string) {
  return text({
    allowed: "the name of one of Traefik's entry points: letters, digits, '-' and '_'",
    fix: { set: example },
    problem: (name) => (/^[A-Za-z0-9_-]{1,63}$/.test(name) ? undefined : "is not a name of an entry point"),
  });
}

export function address() {
  return text({
    allowed: "the IPv4 or IPv6 address at which clients reach Traefik, such as 192.168.1.10",
    fix: { say: "set the address; `kubectl get service --all-namespaces` shows it as Traefik's EXTERNAL-IP" },
    problem: network.addressProblem,
  }).meta({ examples: ["192.0.2.10"] });
}

export function addressRange() {
  return text({
    allowed: "a range in CIDR notation, such as 192.168.1.0/24 or fd00::/8",
    fix: { say: "set it to the range of your network, or remove it" },
    problem: (range) => network.rangeProblem(range)?.cause,
    repair: (range) => network.rangeProblem(range)?.repair,
  }).meta({ examples: ["192.168.0.0/16"] });
}

export function bytes(example: string) {
  return text({
    allowed: "a Kubernetes quantity of bytes, such as 512Mi, 30Gi or 1.5Gi, at least 1Mi",
    fix: { set: example },
    problem: amounts.bytesProblem,
    repair: amounts.repairBytes,
  }).meta({ unit: "bytes" });
}

export function cpu(example: string) {
  return text({
    allowed: "cores as a Kubernetes quantity, such as 100m (a tenth of one) or 2",
    fix: { set: example },
    problem: amounts.cpuProblem,
    repair: amounts.repairCpu,
  }).meta({ unit: "cores" });
}

export function imageReference(example: string) {
  return text({
    allowed: `an image with a fixed tag or digest, such as ${example}`,
    fix: { set: example },
    problem: imageProblem,
  });
}

/**
 * A name for basic authentication: RFC 7617 forbids ':' and control characters, an htpasswd line that begins with '#'
 * is a comment, and clients disagree on how to encode letters beyond ASCII.
 */
export function userName(fix: Fix) {
  return text({
    allowed: "a user name: 1-64 letters, digits and signs of ASCII, no ':' and no white space, not beginning with '#'",
    fix,
    problem: userNameProblem,
    repair: repairUserName,
    // `name:password`, as in an htpasswd file.
    private: (name) => name.includes(":"),
  });
}

function userNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.includes(":")) return "has a ':', which ends the name in basic authentication";
  if (/\s/.test(name)) return "has white space in it";
  if (name.startsWith("#")) return "begins with '#', which makes its htpasswd line a comment";
  if (!/^[\x21-\x7e]+$/.test(name)) return "has characters beyond ASCII, which clients encode in different ways";
  if (name.length > 64) return "is longer than 64 characters";
  return isPlaceholder(name) ? "is a placeholder" : undefined;
}

function repairUserName(name: string): string | undefined {
  const repaired = name.trim().replace(/\s+/g, "-").replace(/^#+/, "");
  return repaired !== name && userNameProblem(repaired) === undefined ? repaired : undefined;
}

/** A password that a person chose. `meta` marks it: it has to be stored encrypted, and is never shown. */
export function password() {
  return text({
    allowed: "8 characters or more, at most 72 bytes in UTF-8 (what bcrypt reads), no control characters",
    fix: { setSecret: true },
    problem: passwordProblem,
  }).meta({ secret: true });
}

function passwordProblem(password: string): string | undefined {
  if (password === "") return "is empty";
  if (password.includes("\0")) return "has a NUL character, at which bcrypt stops reading";
  if (/[\x00-\x1f\x7f]/.test(password)) return "has a control character (a line break, a tab), which clients cannot send";
  if (isPlaceholder(password)) return "is a placeholder";
  if ([...password].length < 8) return "is shorter than 8 characters";
  const bytes = Buffer.byteLength(password, "utf8");
  return bytes > 72 ? `has ${bytes} bytes, of which bcrypt would ignore all after the 72nd` : undefined;
}

/** Whether what is served, what signs and the roots that clients were given fit each other. Pure. */
import { X509Certificate } from "node:crypto";

export interface Reference {
  namespace: string;
  name: string;
}

/** A TLS Secret that a route refers to, with its certificate (PEM); absent where the cluster has none. */
export interface Served extends Reference {
  certificate?: string;
}

export interface Certificates {
  /** The roots that clients were given, PEM, the newest first; empty where the platform has no authority of its own. */
  published: string;
  /** The root that signs, PEM; absent where its Secret is gone. */
  signing?: string;
  served: readonly Served[];
}

export interface Finding {
  /** What it is about: `authority`, or `namespace/name` of a Secret. */
  about: string;
  what: string;
  /** Worth knowing, and as it should be. */
  well?: true;
}

const DAY = 86_400_000;

const parse = (pem: string) => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

/** The certificates of a PEM text, each by itself. */
export const certificatesIn = (pem: string): string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g) ?? [];

const nameOf = (certificate: X509Certificate) => /(?:^|\n)CN=(.*)/.exec(certificate.subject)?.[1] ?? certificate.subject;

const isSame = (one: string, other: string) => {
  const [a, b] = [parse(one), parse(other)];
  return a !== undefined && b !== undefined && a.fingerprint256 === b.fingerprint256;
};

function hasSigned(root: string, leaf: string): boolean {
  const [authority, certificate] = [parse(root), parse(leaf)];
  return (
    authority !== undefined &&
    certificate !== undefined &&
    certificate.checkIssued(authority) &&
    certificate.verify(authority.publicKey)
  );
}

/** Whether clients were given another root than the one that signs. */
export function isAnother({ published, signing = "" }: Pick<Certificates, "published" | "signing">): boolean {
  const roots = certificatesIn(published);
  return roots.length > 0 && parse(signing) !== undefined && !roots.some((root) => isSame(root, signing));
}

/** The served certificates that the present root has not signed. */
export function signedByAnother({ published, signing = "", served }: Certificates): Served[] {
  if (published === "" || parse(signing) === undefined) return [];
  return served.filter(({ certificate = "" }) => parse(certificate) !== undefined && !hasSigned(signing, certificate));
}

/** The roots published before that something served still hangs on, beside the present one. @param now milliseconds since 1970 */
function formerRoots({ published, signing = "", served }: Certificates, now: number): string[] {
  return certificatesIn(published).filter(
    (root) =>
      !isSame(root, signing) &&
      Date.parse(parse(root)?.validTo ?? "") > now &&
      served.some(({ certificate = "" }) => hasSigned(root, certificate)),
  );
}

/** What clients are to be given: the root that signs, and former ones as long as they are in use. PEM. */
export function toPublish(certificates: Certificates, now: number): string {
  const roots = [certificates.signing ?? "", ...formerRoots(certificates, now)];
  return roots.map((root) => (root.endsWith("\n") || root === "" ? root : `${root}\n`)).join("");
}

/** The served certificates that nobody trusts who has only what is to be published. */
export function untrusted(certificates: Certificates, now: number): Served[] {
  const former = formerRoots(certificates, now);
  return signedByAnother(certificates).filter(({ certificate = "" }) => !former.some((root) => hasSigned(root, certificate)));
}

/** When the first of the certificates that a former root has signed ends. */
function endOf(stale: readonly Served[]): string {
  const ends = stale.map(({ certificate = "" }) => parse(certificate)!.validTo);
  return ends.sort((a, b) => Date.parse(a) - Date.parse(b))[0]!;
}

/** What happens next while two roots are in use. */
export function overlap(certificates: Certificates): string {
  const stale = signedByAnother(certificates);
  return (
    `${stale.length} certificates are still signed by the former root, so that devices which know only that one go on. cert-manager renews ` +
    `them before ${endOf(stale)}; until then tell every device the new file, which holds both. When all are told: npm start -- --renew-certificates`
  );
}

/** What is wrong, each with what to do. @param now milliseconds since 1970 */
export function judge(certificates: Certificates, now: number): Finding[] {
  const { published, signing, served } = certificates;
  const findings: Finding[] = [];
  const root = parse(signing ?? "");
  const another = isAnother(certificates);
  if (published !== "" && root === undefined) {
    findings.push({
      about: "authority",
      what: "its Secret cert-manager/homelab-ca is gone: cert-manager makes a new root, which every device has to be told",
    });
  }
  if (another) {
    findings.push({
      about: "authority",
      what: `the root that signs is "${nameOf(root!)}" now, which clients were not told: \`npm start\` tells it; then every device has to trust it`,
    });
  }
  const lost = untrusted(certificates, now);
  const stale = signedByAnother(certificates);
  if (!another && stale.length > lost.length) {
    findings.push({ about: "authority", what: `is another one now. ${overlap(certificates)}`, well: true });
  }
  for (const secret of served) {
    const about = `${secret.namespace}/${secret.name}`;
    const leaf = parse(secret.certificate ?? "");
    if (leaf === undefined) {
      findings.push({
        about,
        what: `holds no certificate, so Traefik answers with one of its own: kubectl get secret,certificate -n ${secret.namespace}`,
      });
    } else if (lost.includes(secret)) {
      findings.push({ about, what: "is signed by another root than those that clients trust: `npm start` renews it" });
    } else if (Date.parse(leaf.validTo) < now + 3 * DAY) {
      findings.push({
        about,
        what:
          `is valid until ${leaf.validTo} and was not renewed: kubectl describe certificate -n ${secret.namespace}; ` +
          "one that is made elsewhere is to be copied there again (nextSteps has the command)",
      });
    }
  }
  return findings;
}

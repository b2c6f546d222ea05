/** Whether what is served, what signs and what clients were told fit each other. Pure. */
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
  /** The root that clients were told to trust, PEM; empty where the platform has no authority of its own. */
  told: string;
  /** The root that signs, PEM; absent where its Secret is gone. */
  signing?: string;
  served: readonly Served[];
}

export interface Finding {
  /** What it is about: `authority`, or `namespace/name` of a Secret. */
  about: string;
  what: string;
}

const DAY = 86_400_000;

const parse = (pem: string) => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

const nameOf = (certificate: X509Certificate) => /(?:^|\n)CN=(.*)/.exec(certificate.subject)?.[1] ?? certificate.subject;

/** Whether clients were told another root than the one that signs. */
export function isAnother({ told, signing = "" }: Pick<Certificates, "told" | "signing">): boolean {
  const [one, other] = [parse(told), parse(signing)];
  return one !== undefined && other !== undefined && one.fingerprint256 !== other.fingerprint256;
}

/** The served certificates that the present root has not signed. */
export function signedByAnother({ told, signing, served }: Certificates): Served[] {
  const root = parse(signing ?? "");
  if (told === "" || root === undefined) return [];
  return served.filter(({ certificate }) => {
    const leaf = parse(certificate ?? "");
    return leaf !== undefined && !(leaf.checkIssued(root) && leaf.verify(root.publicKey));
  });
}

/** What is wrong, each with what to do. @param now milliseconds since 1970 */
export function judge(certificates: Certificates, now: number): Finding[] {
  const { told, signing, served } = certificates;
  const findings: Finding[] = [];
  const root = parse(signing ?? "");
  if (told !== "" && root === undefined)
    findings.push({
      about: "authority",
      what: "its Secret cert-manager/homelab-ca is gone: cert-manager makes a new root, which every device has to be told",
    });
  if (isAnother(certificates))
    findings.push({
      about: "authority",
      what: `the root that signs is "${nameOf(root!)}" now, which clients were not told: \`npm start\` tells it; then every device has to trust it`,
    });
  const another = signedByAnother(certificates);
  for (const secret of served) {
    const about = `${secret.namespace}/${secret.name}`;
    const leaf = parse(secret.certificate ?? "");
    if (leaf === undefined)
      findings.push({
        about,
        what: `holds no certificate, so Traefik answers with one of its own: kubectl get secret,certificate -n ${secret.namespace}`,
      });
    else if (another.includes(secret))
      findings.push({ about, what: "is signed by another root than the present one: `npm start` renews it" });
    else if (Date.parse(leaf.validTo) < now + 3 * DAY)
      findings.push({
        about,
        what: `is valid until ${leaf.validTo} and was not renewed: kubectl describe certificate -n ${secret.namespace}`,
      });
  }
  return findings;
}

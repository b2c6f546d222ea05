/** Who signs the platform's certificates; `mode` tells which of the members exist. */
export type CertificatesConfig =
  OwnCaCertificates | AcmeCertificates | IssuerCertificates | SecretCertificates | SelfSignedCertificates;

export interface OwnCaCertificates {
  mode: "ownCa";
  /** Subject of the root certificate, at most 64 characters. */
  commonName: string;
}

export interface AcmeCertificates {
  mode: "acme";
  acme: AcmeConfig;
}

export interface AcmeConfig {
  email: string;
  /** Directory URL (https); `production` and `staging` are already replaced by Let's Encrypt's URLs. */
  server: string;
  /** A cert-manager solver: `{ dns01: {...}, selector?: {...} }`, never `http01`. */
  solver: AcmeSolver;
}

export interface AcmeSolver {
  dns01: Record<string, unknown>;
  selector?: Record<string, unknown>;
}

export interface IssuerCertificates {
  mode: "issuer";
  issuer: IssuerReference;
}

export interface IssuerReference {
  name: string;
  kind: "ClusterIssuer" | "Issuer";
  group: string;
}

export interface SecretCertificates {
  mode: "secret";
  /** An existing `kubernetes.io/tls` Secret of this name in every namespace that has a route. */
  secret: { name: string };
}

export interface SelfSignedCertificates {
  mode: "selfSigned";
}

import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { AcmeCertificates, CertificatesConfig, IssuerReference, OwnCaCertificates } from "./types";
import { after, childOf, labels, waitForCondition } from "../../builders";
import { ROOT, acmeIssuerSpec, certManagerApi, clusterIssuer, clusterResourceNamespace, rootSpec } from "./objects";
import { rootCertificate } from "./trust";

export interface IssuerArgs {
  certificates: CertificatesConfig;
}

const objectNames = { selfSigned: "homelab-selfsigned", ca: ROOT.name, acme: "homelab-acme" } as const;

/** Who signs the platform's certificates. */
export class Issuer extends pulumi.ComponentResource {
  /** Who to ask for certificates; undefined when an existing secret holds them. */
  public readonly reference?: IssuerReference;
  /** Name of the existing secret that takes the place of certificates. */
  public readonly existingSecret?: string;
  /**
   * The certificate that clients must be told to trust, PEM; empty when the platform has none of its own to give away:
   * a public authority needs no telling, and what stands behind an issuer or a secret of yours is known to you.
   */
  public readonly caCertificate: pulumi.Output<string>;
  /** Whether there is one. */
  public readonly ownAuthority: boolean;

  constructor(name: string, args: IssuerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:certificates:Issuer", name, {}, opts);
    const child = childOf(this, opts);
    const certificates = args.certificates;
    this.caCertificate = pulumi.output("");
    this.ownAuthority = certificates.mode === "ownCa";

    switch (certificates.mode) {
      case "ownCa":
        this.caCertificate = createAuthority(certificates);
        this.reference = clusterIssuer(objectNames.ca);
        break;
      case "acme":
        createAcme(certificates);
        this.reference = clusterIssuer(objectNames.acme);
        break;
      case "selfSigned":
        createIssuer("selfsigned", objectNames.selfSigned, { selfSigned: {} });
        this.reference = clusterIssuer(objectNames.selfSigned);
        break;
      case "issuer":
        this.reference = certificates.issuer;
        break;
      case "secret":
        this.existingSecret = certificates.secret.name;
        break;
    }
    this.registerOutputs({ caCertificate: this.caCertificate });

    /** An issuer that signs only the root, the root, and the issuer that signs with it. */
    function createAuthority({ commonName }: OwnCaCertificates) {
      const selfSigned = createIssuer("selfsigned", objectNames.selfSigned, { selfSigned: {} });
      const secretName = objectNames.ca;
      const root = new k8s.apiextensions.CustomResource(
        name + "-root",
        {
          apiVersion: certManagerApi,
          kind: "Certificate",
          metadata: { ...metadata(objectNames.ca), namespace: clusterResourceNamespace },
          spec: rootSpec({ commonName, secretName, issuer: clusterIssuer(objectNames.selfSigned) }),
        },
        after(child, selfSigned),
      );
      createIssuer("ca", objectNames.ca, { ca: { secretName } }, root);
      return rootCertificate(name, { certificate: root, namespace: clusterResourceNamespace, secretName }, child);
    }

    function createAcme({ acme }: AcmeCertificates) {
      createIssuer("acme", objectNames.acme, acmeIssuerSpec(acme, `${objectNames.acme}-account`));
    }

    function createIssuer(suffix: string, objectName: string, spec: object, ...dependsOn: pulumi.Resource[]) {
      return new k8s.apiextensions.CustomResource(
        `${name}-${suffix}`,
        {
          apiVersion: certManagerApi,
          kind: "ClusterIssuer",
          metadata: metadata(objectName),
          spec,
        },
        after(child, ...dependsOn),
      );
    }

    function metadata(objectName: string) {
      return {
        name: objectName,
        labels: labels({ name: "certificates" }),
        annotations: waitForCondition("Ready"),
      };
    }
  }
}

import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { childOf, waitForCondition, type Labels } from "../../builders";
import type { Issuer } from "./issuer";
import { certManagerApi, serverSpec } from "./objects";

export interface ServerCertificateArgs {
  issuer: Issuer;
  host: string;
  namespace: string;
  /** Name of the TLS secret to write; the existing secret's name takes its place where there is one. */
  secretName: string;
  labels: Labels;
}

/**
 * The TLS secret of one host name. Traefik does not ask cert-manager by itself (it reads annotations of Ingress objects,
 * not of IngressRoute), so every route gets an explicit Certificate.
 */
export class ServerCertificate extends pulumi.ComponentResource {
  public readonly secretName: string;

  constructor(name: string, args: ServerCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:certificates:ServerCertificate", name, {}, opts);
    const { issuer } = args;
    this.secretName = issuer.existingSecret ?? args.secretName;
    if (issuer.reference !== undefined) {
      new k8s.apiextensions.CustomResource(
        name + "-certificate",
        {
          apiVersion: certManagerApi,
          kind: "Certificate",
          metadata: {
            name: args.secretName,
            namespace: args.namespace,
            labels: args.labels,
            annotations: waitForCondition("Ready"),
          },
          spec: serverSpec({ host: args.host, secretName: args.secretName, issuer: issuer.reference }),
        },
        childOf(this, opts, issuer),
      );
    }
    this.registerOutputs({ secretName: this.secretName });
  }
}

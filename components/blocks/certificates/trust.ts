import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { unknownOutput } from "../../pulumiInternals";
import { ROOTS } from "./roots";

export interface TrustArgs {
  /** The root's Certificate; ready by the time its outputs are known. */
  certificate: k8s.apiextensions.CustomResource;
  namespace: string;
  secretName: string;
}

/**
 * The root certificate (PEM) that cert-manager wrote into its Secret.
 *
 * Known when: the Secret appears after the Certificate became ready, so it is read only during a real `up`. A preview
 * never reads it, because a read of the cluster is the one thing that fails without a cluster. What an `up` has read
 * stays in the state (a Stash keeps its first value), so later previews know it, and so do the outputs.
 * A root made anew (another uid) replaces what is kept; so does a command that finds another one signing, and may hand over in ROOTS
 * what is told beside it.
 */
export function rootCertificate(name: string, args: TrustArgs, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const id: pulumi.Input<string> = pulumi.runtime.isDryRun()
    ? unknownOutput<string>()
    : args.certificate.id.apply(() => `${args.namespace}/${args.secretName}`);
  const secret = k8s.core.v1.Secret.get(`${name}-secret`, id, opts);
  // A certificate is public; only the key beside it is not.
  const pem = pulumi.unsecret(secret.data.apply((data) => decodeCertificate(data, args)));
  const told = pem.apply((signing) => process.env[ROOTS] ?? signing);

  const kept = new pulumi.Stash(
    `${name}-certificate`,
    { input: told },
    {
      parent: opts.parent,
      ignoreChanges: ["input"],
      // A preview without a cluster knows no uid, and a trigger must not be undefined.
      replacementTrigger: args.certificate.metadata.apply((metadata) => metadata?.uid ?? ""),
    },
  );
  warnOfAnother(pem, kept, opts.parent);
  return kept.output as pulumi.Output<string>;
}

/** Said by a bare `pulumi up`, which replaces nothing by itself. */
function warnOfAnother(pem: pulumi.Output<string>, kept: pulumi.Stash, parent?: pulumi.Resource): void {
  pulumi.all([pem, kept.output as pulumi.Output<string>, kept.urn]).apply(([signing, told, urn]) => {
    if (told.includes(signing.trim())) return;
    void pulumi.log.warn(
      "The authority that signs is another one than clients were told. `npm start` tells it, beside the former one for as long as that is " +
        `needed; without it: pulumi up --replace '${urn}', and every device has to trust it before cert-manager renews what is served.`,
      parent,
    );
  });
}

function decodeCertificate(data: Record<string, string> | undefined, args: TrustArgs): string {
  const encoded = data?.["tls.crt"];
  if (encoded === undefined || encoded === "") {
    throw new Error(
      `the Secret ${args.namespace}/${args.secretName} holds no tls.crt: see why cert-manager did not write it with ` +
        `\`kubectl describe certificate ${args.secretName} -n ${args.namespace}\``,
    );
  }
  return Buffer.from(encoded, "base64").toString("utf8");
}

import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { labels, pullSecretName } from "../../builders";
import { dockerConfigJson } from "./clientFiles";

export interface PullSecretArgs {
  namespace: string;
  /** What image names begin with. */
  server: string;
  username: string;
  password: pulumi.Output<string>;
}

/** Lets pods of one namespace pull; a Secret cannot be used from another one. */
export function createPullSecret(name: string, args: PullSecretArgs, opts: pulumi.CustomResourceOptions): k8s.core.v1.Secret {
  const { server, username, password } = args;
  return new k8s.core.v1.Secret(
    name,
    {
      metadata: {
        name: pullSecretName,
        namespace: args.namespace,
        labels: labels({ name: "registry", component: "pull-secret" }),
      },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": password.apply((plain) => dockerConfigJson(server, { username, password: plain })) },
    },
    opts,
  );
}

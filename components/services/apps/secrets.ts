import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import type { AppSecretConfig } from "./types";
import { type ChildOptions, labels } from "../../builders";

export interface AppSecretArgs extends AppSecretConfig {
  app: string;
  namespace: string;
}

/** A Secret that an app's chart knows by name. Generated values are made once and stay, as long as `rotation` does. */
export function createAppSecret(name: string, args: AppSecretArgs, child: ChildOptions): k8s.core.v1.Secret {
  const values = args.keys.map(({ key, value, generate, rotation }): [string, pulumi.Output<string>] => [
    key,
    value ?? generated(key, generate ?? 48, rotation),
  ]);
  return new k8s.core.v1.Secret(
    name,
    {
      metadata: { name: args.name, namespace: args.namespace, labels: labels({ name: args.app, component: "secret" }) },
      stringData: Object.fromEntries(values),
    },
    child,
  );

  function generated(key: string, length: number, rotation: number) {
    const password = new random.RandomPassword(
      `${name}-${key}`,
      {
        length,
        // Signs that no shell, URL or connection string takes for something else.
        special: false,
        keepers: { rotation: rotation.toString() },
      },
      { parent: child.parent },
    );
    return password.result;
  }
}

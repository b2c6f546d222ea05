import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import type { RegistryConfig } from "./resolve";
import { childOf, type Labels } from "../../builders";
import { secretNames } from "./configFile";
import { generatedPasswordCost, hashPassword, htpasswdFile, saltLength } from "./htpasswd";

export interface CredentialsArgs extends Pick<RegistryConfig, "username" | "users" | "bcryptCost"> {
  namespace: string;
  labels: Labels;
}

/**
 * The accounts of the registry: one whose password is generated, any number with passwords of their owners' choice, and
 * the key with which the registry signs the state of uploads.
 *
 * Two Secrets with fixed names. The provider is told that Secrets may change in place (platform.ts): by default it would
 * replace a Secret whose data changes, and either the name changes with it, which restarts the registry, or the Secret
 * is gone for a moment. Changed in place and mounted as a directory, new accounts arrive in the running pod within a
 * minute or so, and the registry reads the file again when its time stamp changes.
 */
export class Credentials extends pulumi.ComponentResource {
  public readonly username: string;
  public readonly password: pulumi.Output<string>;
  /** Secret with exactly one key, `htpasswd`: Traefik's basicAuth, too, accepts only such a one. */
  public readonly htpasswdSecret: string = secretNames.htpasswd;
  public readonly httpSecret: { secretName: string; key: string } = { secretName: secretNames.http, key: "secret" };

  constructor(name: string, args: CredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:registry:Credentials", name, {}, opts);
    const child = childOf(this, opts);
    this.username = args.username;

    this.password = generatePassword();
    const entries = [
      hashedEntry(args.username, this.password, generatedPasswordCost),
      ...args.users.map((user) => hashedEntry(user.name, user.password, args.bcryptCost)),
    ];
    createSecret("htpasswd", secretNames.htpasswd, { htpasswd: pulumi.all(entries).apply(htpasswdFile) });
    createSecret("http", secretNames.http, { [this.httpSecret.key]: generateKey() });
    this.registerOutputs({ username: this.username, password: this.password });

    function generatePassword() {
      const password = new random.RandomPassword(name + "-password", { length: 32, special: false }, child);
      return pulumi.secret(password.result);
    }

    /** A salt per user, named after the user: adding one leaves the hashes of the others alone. */
    function hashedEntry(user: string, password: pulumi.Output<string>, cost: number) {
      const salt = new random.RandomBytes(`${name}-salt-${user}`, { length: saltLength }, child);
      return pulumi.secret(
        pulumi.all([password, salt.base64]).apply(([plain, bytes]) => ({
          name: user,
          hash: describeUser(user, () => hashPassword({ password: plain, salt: bytes, cost })),
        })),
      );
    }

    function generateKey() {
      return pulumi.secret(new random.RandomBytes(name + "-http-secret", { length: 32 }, child).hex);
    }

    function createSecret(suffix: string, secretName: string, stringData: Record<string, pulumi.Output<string>>) {
      new k8s.core.v1.Secret(
        `${name}-${suffix}`,
        {
          metadata: { name: secretName, namespace: args.namespace, labels: args.labels },
          type: "Opaque",
          stringData,
        },
        child,
      );
    }
  }
}

function describeUser<T>(user: string, hash: () => T): T {
  try {
    return hash();
  } catch (error) {
    throw new pulumi.RunError(`registry user "${user}": ${(error as Error).message}`);
  }
}

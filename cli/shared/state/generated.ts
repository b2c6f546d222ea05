/**
 * Values that were generated once and that a lost state does not know any more: they come back out of the Secrets that hold them, for
 * whoever was told a password, and what an app has encrypted with its key, hang on them. Pure.
 */
import { pullSecretName } from "../../../components/builders/pullSecret";
import { SECRET, type Resource, type State } from "./state";
import type { Live } from "./own";

const PASSWORD = "random:index/randomPassword:RandomPassword";

const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);
const decoded = (value: string) => Buffer.from(value, "base64").toString("utf8");

/** A Secret as the cluster has it, and the URN of the resource that declares it. */
export interface HeldSecret {
  urn: string;
  live: Pick<Live, "metadata" | "data">;
}

/** By the URN of what generates it. The registry's account has its password in pull secrets; an app's Secrets are called after their keys. */
export function heldValues(resources: readonly Resource[], secrets: readonly HeldSecret[]): Map<string, string> {
  const values = new Map<string, string>();
  const passwords = resources.filter(({ type }) => type === PASSWORD);
  for (const { urn, live } of secrets) {
    for (const [key, value] of Object.entries(live.data ?? {})) {
      if (live.metadata.name === pullSecretName) {
        const account = passwords.find((one) => one.parent?.includes("homelab:registry:Credentials::"));
        const password = passwordIn(decoded(value));
        if (account !== undefined && password !== undefined) values.set(account.urn, password);
      } else {
        const generator = passwords.find((one) => nameOf(one.urn) === `${nameOf(urn)}-${key}`);
        if (generator !== undefined) values.set(generator.urn, decoded(value));
      }
    }
  }
  return values;
}

function passwordIn(config: string): string | undefined {
  const { auths = {} } = JSON.parse(config) as { auths?: Record<string, { password?: string }> };
  return Object.values(auths)[0]?.password;
}

/** The state in which these were generated. */
export function generating(state: State, values: ReadonlyMap<string, string>): State {
  const resources = state.deployment?.resources?.map((one) => {
    const value = values.get(one.urn);
    if (value === undefined) return one;
    const result = { [SECRET.key]: SECRET.value, plaintext: JSON.stringify(value) };
    return { ...one, outputs: { ...(one.outputs as object), result } };
  });
  return { ...state, deployment: { ...state.deployment, resources } };
}

/** Webhooks that the API server asks before it takes an object, and that do not answer yet. */
import { clusterResourceNamespace } from "../../../components/blocks/certificates/objects";
import { UserError, waitFor, which } from "../../../shared/process";
import { say } from "../../../shared/progress";
import type { Stack } from "../pulumi";
import { kubectlOf, listAll } from "./ask";

interface Configuration {
  webhooks?: {
    name: string;
    failurePolicy?: string;
    clientConfig?: { caBundle?: string; service?: { name: string; namespace: string } };
    rules?: { apiGroups?: string[] }[];
  }[];
}

interface Slice {
  metadata: { namespace: string; labels?: Record<string, string> };
  endpoints?: { conditions?: { ready?: boolean } }[] | null;
}

/** A Service that answers for webhooks. */
export interface Asked {
  namespace: string;
  name: string;
  /** Whether the API server was told whom to trust: an injector writes it a moment after the pods are there. */
  trusted: boolean;
}

/** Groups of what every stack makes; an app's may be of any. */
const GROUPS = ["cert-manager.io", "traefik.io", "apps", "batch", "networking.k8s.io", "rbac.authorization.k8s.io", "", "*"];

/** The Services without whose answer the API server refuses what a stack makes, each once. Pure. */
export function askedServices(configurations: readonly Configuration[]): Asked[] {
  const found = configurations.flatMap(({ webhooks = [] }) =>
    webhooks.flatMap(({ failurePolicy = "Fail", clientConfig, rules = [] }): Asked[] => {
      const groups = rules.flatMap(({ apiGroups = [] }) => apiGroups);
      if (failurePolicy !== "Fail" || !clientConfig?.service || !groups.some((group) => GROUPS.includes(group))) return [];
      const { namespace, name } = clientConfig.service;
      return [{ namespace, name, trusted: Boolean(clientConfig.caBundle) }];
    }),
  );
  const first = (one: Asked) => found.findIndex(({ namespace, name }) => namespace === one.namespace && name === one.name);
  return found
    .filter((one, i) => first(one) === i)
    .map((one) => ({
      ...one,
      trusted: found.every(({ namespace, name, trusted }) => !same(one, { namespace, name }) || trusted),
    }));
}

const same = (a: Pick<Asked, "namespace" | "name">, b: Pick<Asked, "namespace" | "name">) =>
  a.namespace === b.namespace && a.name === b.name;

/** Those of them that do not answer. Pure. */
export function silent(asked: readonly Asked[], slices: readonly Slice[]): Asked[] {
  const answers = ({ namespace, name }: Asked) =>
    slices.some(
      ({ metadata, endpoints }) =>
        metadata.namespace === namespace &&
        metadata.labels?.["kubernetes.io/service-name"] === name &&
        (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false),
    );
  return asked.filter((one) => !one.trusted || !answers(one));
}

/** `cert-manager's webhook does not answer: kubectl -n cert-manager get pods` */
export function sentence({ namespace, name }: Pick<Asked, "namespace" | "name">, kubectl: string): string {
  const whose = namespace === clusterResourceNamespace ? "cert-manager's webhook" : `the webhook ${namespace}/${name}`;
  return `${whose} does not answer: ${kubectl} -n ${namespace} get pods`;
}

/** The webhooks that do not answer now. @throws UserError when the cluster could not be asked */
export function silentWebhooks(stack: Stack): Asked[] {
  const asked = askedServices(listAll(stack, ["validatingwebhookconfigurations,mutatingwebhookconfigurations"]));
  const places = [...new Set(asked.map(({ namespace }) => namespace))];
  return silent(
    asked,
    places.flatMap((namespace) => listAll<Slice>(stack, ["endpointslices", "-n", namespace])),
  );
}

/**
 * Waits for webhooks that do not answer yet, up to a minute: after a start of the cluster they need one. What does not answer then is
 * said, and kept from nothing: not every deployment asks it.
 */
export async function awaitWebhooks(stack: Stack, seconds = 60): Promise<void> {
  if (!stack.cluster.exists || !which("kubectl", stack.env.PATH)) return;
  const kubectl = kubectlOf(stack);
  try {
    let left = silentWebhooks(stack);
    if (left.length === 0) return;
    say(
      `Waiting for what the cluster asks before it takes an object:\n${left.map((one) => `  ${sentence(one, kubectl)}`).join("\n")}`,
    );
    const done = () => {
      left = silentWebhooks(stack);
      return left.length === 0 ? true : undefined;
    };
    await waitFor(done, seconds, () => left.map((one) => sentence(one, kubectl)).join("\n"), 1000);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(`  ${error.message.replaceAll("\n", "\n  ")}`);
  }
}

/** Asking a cluster for what a stack finds there. */
import { factsOf, referencesOf } from "../../../components/services/facts";
import type { Reference } from "../../../components/services/reference";
import type { PlatformConfig } from "../../../components/configuration";
import { run, UserError } from "../../../shared/process";
import { getObject, getObjects, type ObjectReference } from "../kubectl";
import type { Stack } from "../pulumi";
import type { Found, Surroundings, TraefikObject } from "./types";

/** Groups that every API server has; an object of another one cannot be asked for together with others. */
const BUILT_IN = new Set(["v1", "storage.k8s.io/v1", "apiextensions.k8s.io/v1"]);

export const kubectlOf = (stack: Stack) => ["kubectl", ...stack.cluster.kubectlArguments].join(" ");

/** Everything of these kinds, in one question. @throws UserError when it could not be asked */
export function listAll<T>(stack: Stack, args: readonly string[]): T[] {
  const all = [...stack.cluster.kubectlArguments, "get", ...args, "-o", "json", "--request-timeout=10s"];
  const answer = run("kubectl", all, { env: stack.env, allowFailure: true });
  if (answer.status !== 0) throw new UserError(`The cluster could not be asked: ${answer.stderr.trim().split("\n").at(-1)}`);
  return (JSON.parse(answer.stdout) as { items: T[] }).items;
}

const referred = ({ apiVersion, kind, name, namespace }: Reference): ObjectReference => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

/** @throws UserError when the cluster could not be asked */
export function askSurroundings(stack: Stack, config: PlatformConfig): Surroundings {
  const references = referencesOf(config, kubectlOf(stack));
  const { namespaces: own, hosts } = factsOf(config);
  const namespaces = own.map((name): ObjectReference => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  const [together, alone] = [true, false].map((one) => references.filter(({ apiVersion }) => BUILT_IN.has(apiVersion) === one));
  const found = [
    ...getObjects<Found>(stack, [...together!.map(referred), ...namespaces]),
    ...alone!.flatMap((reference) => getObject<Found>(stack, referred(reference)) ?? []),
  ];
  const missing = references.filter(
    ({ kind, name, namespace }) =>
      kind === "Secret" && !found.some(({ metadata }) => metadata.name === name && metadata.namespace === namespace),
  );
  const traefik = listAll<TraefikObject>(stack, [
    "pods,services",
    "-n",
    config.routing.traefikNamespace,
    "-l",
    "app.kubernetes.io/name=traefik",
  ]);
  const shared = traefik.some(({ spec }) => spec?.hostNetwork);
  return {
    references,
    own,
    found,
    elsewhere: [...new Set(missing.map(({ name }) => name))].flatMap((name) => sameNamed(stack, name)),
    traefik,
    nodes: shared ? listAll(stack, ["nodes"]) : [],
    ...(config.routing.tuneTraefik || hosts.some(({ limited }) => limited) ? askK3s(stack) : {}),
  };
}

/** K3s installs its Traefik by an object of its own, and reads another one for its settings. */
function askK3s(stack: Stack): Pick<Surroundings, "k3s" | "tuned"> {
  const definition = (name: string): ObjectReference => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name },
  });
  const kinds = getObjects<Found>(
    stack,
    ["helmcharts", "helmchartconfigs"].map((kind) => definition(`${kind}.helm.cattle.io`)),
  );
  const traefik = (kind: string) => {
    if (!kinds.some(({ metadata }) => metadata.name === `${kind.toLowerCase()}s.helm.cattle.io`)) return undefined;
    const metadata = { name: "traefik", namespace: "kube-system" };
    return { object: getObject<Found>(stack, { apiVersion: "helm.cattle.io/v1", kind, metadata }) };
  };
  const [chart, settings] = [traefik("HelmChart"), traefik("HelmChartConfig")];
  return { ...(chart && { k3s: chart.object !== undefined }), ...(settings?.object && { tuned: settings.object }) };
}

/** Secrets of a name, wherever they are. */
function sameNamed(stack: Stack, name: string): Found[] {
  return listAll(stack, ["secrets", "--all-namespaces", "--field-selector", `metadata.name=${name}`]);
}

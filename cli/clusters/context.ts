/** A cluster of the user's own, by a context of a kubeconfig. */
import { paths } from "../../shared/paths";
import { UserError } from "../../shared/process";
import { step } from "../../shared/progress";
import { ensureEngine } from "../engine/ensure";
import { knownContexts, pathOf } from "../shared/contexts";
import { ordinary, type Cluster } from "./cluster";

/** @param kubeconfig path that the stack names itself; else kubectl's own are meant */
export function contextCluster(context: string, kubeconfig?: string): Cluster {
  const isKnown = () => knownContexts(kubeconfig).includes(context);
  return {
    ...ordinary,
    description: `the cluster of context "${context}"`,
    purpose: "own cluster",
    kubectlArguments: ["--context", context, ...(kubeconfig === undefined ? [] : ["--kubeconfig", pathOf(kubeconfig)])],
    stackFolder: paths.ownStacks,
    absence: () => (isKnown() ? undefined : `This machine has no kubeconfig context "${context}"`),
    ensureUp: (stack) => {
      if (!isKnown()) throw new UserError(unknownContext(stack, context, knownContexts(kubeconfig)));
      return step("engine: Pulumi and its plugins", () => ensureEngine("own cluster"));
    },
  };
}

const unknownContext = (stack: string, context: string, known: readonly string[]) =>
  `The stack "${stack}" is for the kubeconfig context "${context}", which this machine does not have.
Contexts here: ${known.join(", ") || "none"}. Set the right one: pulumi config set --stack ${stack} homelab:context NAME`;

/** No cluster at all: a preview of a first deployment, with a context that no kubeconfig has, or that this machine does not know. */
export function noCluster(context = "no-cluster"): Cluster {
  return {
    ...ordinary,
    description: "no cluster",
    purpose: "no cluster",
    exists: false,
    kubectlArguments: ["--context", context],
    stackFolder: paths.ownStacks,
    settings: () => ({ context }),
    ensureUp: () => ensureEngine("no cluster"),
  };
}

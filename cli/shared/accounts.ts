/** Whether the registry's running pod has the accounts that were deployed. */
import { paths, secretNames } from "../../components/services/registry/configFile";
import { UserError, waitFor } from "../../shared/process";
import { say, step } from "../../shared/progress";
import { kubectl } from "./copies/pod";
import type { Stack } from "./pulumi";
import { readStackFile } from "./stacks";

const SECONDS = 120;
const WORKLOAD = "deployment/registry";
/** On the pod: any change of a pod has its kubelet look at the pod's Secrets at once, instead of within a minute and a half. */
const NUDGE = "homelab/accounts-changed";

/** Where a stack's registry is. */
function namespaceOf(stack: Stack): string {
  const registry = readStackFile(stack.file).config?.["homelab:registry"] as { namespace?: string } | undefined;
  return registry?.namespace ?? "registry";
}

const deployed = (stack: Stack, namespace: string) => {
  const encoded = kubectl(stack, ["get", "secret", secretNames.htpasswd, "-n", namespace, "-o", "jsonpath={.data.htpasswd}"]);
  return Buffer.from(encoded, "base64").toString().trim();
};

const inPod = (stack: Stack, namespace: string) =>
  kubectl(stack, ["exec", "-n", namespace, WORKLOAD, "-c", "registry", "--", "cat", paths.htpasswdFile]);

/**
 * Waits until the registry has the accounts that were deployed: before that, a former password is still good, and a new one is not.
 * @throws UserError when it has not after two minutes
 */
export async function awaitAccounts(stack: Stack): Promise<void> {
  const namespace = namespaceOf(stack);
  const arrived = () => inPod(stack, namespace) === deployed(stack, namespace);
  try {
    if (arrived()) return;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return say(`  Accounts that were changed count within a minute and a half; it could not be seen: ${lastLine(error)}`);
  }
  await step("waiting until the registry has the changed accounts", async () => {
    nudge(stack, namespace);
    await waitFor(
      () => (whileRestarting(arrived) ? true : undefined),
      SECONDS,
      () =>
        `The registry's pod has not got the accounts that were deployed after ${SECONDS} s, so a former password may still be good: ` +
        `kubectl describe pod -n ${namespace} -l app.kubernetes.io/component=server`,
      500,
    );
  });
}

const lastLine = (error: Error) => error.message.split("\n").at(-1);

function nudge(stack: Stack, namespace: string): void {
  const pods = ["pods", "-n", namespace, "-l", "app.kubernetes.io/name=registry,app.kubernetes.io/component=server"];
  try {
    kubectl(stack, ["annotate", "--overwrite", ...pods, `${NUDGE}=${new Date().toISOString()}`]);
  } catch (error) {
    // It comes by itself, only later.
    if (!(error instanceof UserError)) throw error;
  }
}

/** A pod that is just replaced has no shell for a moment. */
function whileRestarting(arrived: () => boolean): boolean {
  try {
    return arrived();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return false;
  }
}

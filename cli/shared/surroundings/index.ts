/**
 * What a stack finds in its cluster and did not make: looked at before a deployment, so that what is missing is named and with
 * the command that makes it, instead of a wait that ends in the dark; and by health.
 */
import { UserError, which } from "../../../shared/process";
import { say } from "../../../shared/progress";
import type { Stack } from "../pulumi";
import { askSurroundings, kubectlOf } from "./ask";
import { configOf } from "./config";
import { judgeReferences, sentence } from "./judge";
import { judgeTraefik } from "./traefik";
import type { Finding } from "./types";

export { kubectlOf } from "./ask";
export { warnAboutClasses } from "./classes";
export type { Finding } from "./types";
export { awaitWebhooks, sentence as webhookSentence, silentWebhooks } from "./webhooks";

/** What is missing or wrong around a stack. @throws UserError when the cluster could not be asked */
export function findingsOf(stack: Stack): Finding[] {
  const config = configOf(stack);
  if (config === undefined || !stack.cluster.exists) return [];
  if (!which("kubectl", stack.env.PATH)) {
    throw new UserError("What a stack refers to is looked up with kubectl, which is not installed here.");
  }
  const [around, kubectl] = [askSurroundings(stack, config), kubectlOf(stack)];
  return [...judgeReferences(around, kubectl), ...judgeTraefik(config, around, kubectl)];
}

interface Look {
  /** Whether there was anything to warn about. */
  warned: boolean;
  /** What keeps a deployment from going through, as the message of a refusal. */
  refusal?: string;
}

/**
 * Warns about what does not keep a deployment from going through. A cluster that cannot be asked keeps nothing from going on: whatever
 * goes on meets it itself.
 */
export function warnAboutSurroundings(stack: Stack): Look {
  const findings = tryToLook(stack);
  const those = (verdict: Finding["verdict"]) => findings.filter((finding) => finding.verdict === verdict);
  const list = (some: readonly Finding[], mark: string) => some.map((finding) => `${mark}${sentence(finding)}`).join("\n");
  const [warnings, later, refused] = [those("warning"), those("later"), those("refused")];
  if (warnings.length > 0) say(`Warnings about what this stack refers to:\n${list(warnings, "  ")}`);
  if (later.length > 0) say(`To be done after this deployment:\n${list(later, "  ")}`);
  return {
    warned: warnings.length + later.length > 0,
    ...(refused.length > 0 && { refusal: `The cluster lacks what the stack "${stack.name}" refers to:\n${list(refused, "- ")}` }),
  };
}

function tryToLook(stack: Stack): Finding[] {
  try {
    return findingsOf(stack);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(`  ${error.message}`);
    return [];
  }
}

/** @returns whether there was anything to warn about @throws UserError when the deployment could not go through */
export function requireSurroundings(stack: Stack): boolean {
  const { warned, refusal } = warnAboutSurroundings(stack);
  if (refusal !== undefined) throw new UserError(`Nothing was changed. ${refusal}`);
  return warned;
}

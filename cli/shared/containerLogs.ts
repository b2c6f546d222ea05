/** The logs of an app's programs that ended: an app that is rolled back takes them with it. */
import { kubectl, type Pod } from "./copies/pod";
import type { Stack } from "./pulumi";

/** As many lines of each container as a person reads. */
const LINES = 20;

/** The containers that ended by themselves and are not up again, with what Kubernetes calls it. Pure. */
export function ended(pods: readonly Pod[]): { pod: string; container: string; again: boolean; how: string }[] {
  return pods.flatMap(({ metadata, status }) =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].flatMap(({ name, state, lastState }) => {
      const now = state?.terminated;
      const last = now ?? lastState?.terminated;
      if (state?.running !== undefined || last === undefined || last.exitCode === 0) return [];
      const how = last.reason === "OOMKilled" ? "more memory than its limit" : `exit code ${last.exitCode}`;
      return [{ pod: metadata.name, container: name, again: now === undefined, how }];
    }),
  );
}

/** The end of each log; empty where no program ended, or the cluster does not answer. */
export function logsOfEnded(stack: Stack, namespace: string): string {
  try {
    const { items } = JSON.parse(kubectl(stack, ["get", "pods", "-n", namespace, "-o", "json"])) as { items: Pod[] };
    return ended(items)
      .map(({ pod, container, again, how }) => {
        const which = ["-c", container, `--tail=${LINES}`, ...(again ? ["--previous"] : [])];
        const log = kubectl(stack, ["logs", pod, "-n", namespace, ...which]);
        return `The container ${container} of ${pod} ended (${how}); the end of its log:\n${log === "" ? "  (empty)" : indented(log)}`;
      })
      .join("\n");
  } catch {
    return "";
  }
}

const indented = (text: string) => text.replaceAll(/^/gm, "  ");

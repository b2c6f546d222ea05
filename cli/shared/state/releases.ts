/**
 * Releases of helm whose installation or upgrade was interrupted. helm's own record of it says so for ever, and helm refuses to go on
 * ("another operation is in progress", "cannot re-use a name"). Without that record it goes on: what the former try has made carries
 * the release's name, and is taken over.
 */
import { run, UserError } from "../../../shared/process";
import type { Stack } from "../pulumi";
import { isRelease, objectId } from "./mend";
import type { Resource } from "./state";

/** A revision of a release, as helm keeps it: a Secret. */
export interface Revision {
  metadata: { name: string; namespace: string; labels?: Record<string, string>; managedFields?: { manager: string }[] };
}

const releaseOf = ({ metadata: { namespace, labels } }: Revision) => `${namespace}/${labels?.name}`;
const isInterrupted = ({ metadata: { labels } }: Revision) => (labels?.status ?? "").startsWith("pending-");

/** Of the releases, as far as Pulumi's plugin made them: the records of interrupted tries, and those that have another one, so that they are there. Pure. */
export function judgeReleases(releases: readonly Resource[], revisions: readonly Revision[]) {
  const own = revisions.filter(
    (revision) =>
      revision.metadata.managedFields?.some(({ manager }) => manager.startsWith("pulumi-")) &&
      releases.some((release) => objectId(release) === releaseOf(revision)),
  );
  const whole = own.filter((revision) => !isInterrupted(revision));
  return {
    interrupted: own.filter(isInterrupted),
    there: releases.filter((release) => whole.some((revision) => releaseOf(revision) === objectId(release))),
  };
}

/**
 * Has helm forget what it was at when it was interrupted. Nothing else may be at work on the stack.
 * @param resources those that are not releases are left out
 * @returns the releases that are there, and how many tries were forgotten
 * @throws UserError when the cluster could not be asked
 */
export function settleReleases(stack: Stack, resources: readonly Resource[]): { there: Resource[]; forgotten: number } {
  const releases = resources.filter(isRelease);
  if (releases.length === 0) return { there: [], forgotten: 0 };
  const kubectl = (...args: string[]) => {
    const answer = run("kubectl", [...stack.cluster.kubectlArguments, ...args], { env: stack.env, allowFailure: true });
    if (answer.status !== 0) throw new UserError(`The cluster could not be asked: ${answer.stderr.trim().split("\n").at(-1)}`);
    return answer.stdout;
  };
  const secrets = kubectl(
    "get",
    "secrets",
    "-A",
    "-l",
    "owner=helm",
    "-o",
    "json",
    "--show-managed-fields",
    "--request-timeout=10s",
  );
  const { interrupted, there } = judgeReleases(releases, (JSON.parse(secrets) as { items: Revision[] }).items);
  for (const { metadata } of interrupted) {
    kubectl("delete", "secret", metadata.name, "-n", metadata.namespace, "--ignore-not-found");
  }
  return { there, forgotten: interrupted.length };
}

/** The platform's authority as the cluster has it, beside the roots that clients were given. */
import { ROOT } from "../../../components/blocks/certificates/objects";
import { ROOTS } from "../../../components/blocks/certificates/roots";
import { run, waitFor } from "../../../shared/process";
import { say, step } from "../../../shared/progress";
import { askCluster, type Asked, type KubernetesObject } from "../drift";
import { getObjects } from "../kubectl";
import { up } from "../../engine/run";
import type { Stack } from "../pulumi";
import { exportState } from "../state/state";
import { isAnother, overlap, signedByAnother, toPublish, untrusted, type Certificates, type Reference } from "./judge";

export { changeOfRoot } from "./beforehand";
export { judge, type Finding } from "./judge";

/** The TLS Secrets that routes refer to. */
function referred(objects: readonly (KubernetesObject | undefined)[]): Reference[] {
  const found = objects.flatMap((object): Reference[] => {
    const { tls } = (object?.spec ?? {}) as { tls?: { secretName?: string } };
    if (!object || !object.kind.startsWith("IngressRoute") || !tls?.secretName) return [];
    return [{ namespace: object.metadata.namespace ?? "", name: tls.secretName }];
  });
  return found.filter(
    ({ namespace, name }, i) => found.findIndex((one) => one.namespace === namespace && one.name === name) === i,
  );
}

interface Secret {
  metadata: Reference;
  data?: Record<string, string>;
}

/** Reads the certificates of a stack from its cluster. @throws UserError when it could not be asked */
export function readCertificates(stack: Stack, asked: Asked, published: string): Certificates {
  const wanted = [...(published === "" ? [] : [ROOT]), ...referred(asked.now)];
  const secrets = getObjects<Secret>(
    stack,
    wanted.map((metadata) => ({ apiVersion: "v1", kind: "Secret", metadata })),
  );
  const certificate = ({ namespace, name }: Reference) => {
    const secret = secrets.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    const encoded = secret?.data?.["tls.crt"];
    return encoded ? Buffer.from(encoded, "base64").toString("utf8") : undefined;
  };
  const served = referred(asked.now).map((reference) => ({ ...reference, certificate: certificate(reference) }));
  return { published, signing: published === "" ? undefined : certificate(ROOT), served };
}

/**
 * After a deployment: where the root is another than the one that clients were given (its name or the domain was changed, cert-manager
 * renewed it, its Secret was lost or restored), the new one is published. The former root stays published beside it as long as something that
 * it signed is served: devices go on until they have the new one, and cert-manager renews what is served when its time comes.
 * @param published the roots that clients were given, PEM
 * @param asked what the cluster said since the last deployment
 * @param renewing have all of it renewed now: every device knows the new root
 * @returns whether anything was done
 * @throws UserError when the cluster could not be asked
 */
export async function updateTrust(stack: Stack, published: string, asked: Asked, renewing = false): Promise<boolean> {
  const found = readCertificates(stack, await settled(stack, asked), published);
  if (found.published === "" || found.signing === undefined) return false;
  if (isAnother(found)) {
    say("\nThe platform's authority is another one now. Every device has to be told to trust it: see the next steps.");
  }
  const stale = renewing ? signedByAnother(found) : untrusted(found, Date.now());
  // First what is served, then what is published: the deployment itself is a client that trusts what it publishes.
  if (stale.length > 0) await step(`renewing ${stale.length} certificates`, () => renew(stack, stale, published));
  const now = stale.length > 0 ? readCertificates(stack, askCluster(stack), published) : found;
  const next = toPublish(now, Date.now());
  const changed = next.trim() !== published.trim();
  if (changed) await publish(stack, next);
  if (signedByAnother(now).length > 0) say(`  ${overlap(now)}`);
  return changed || stale.length > 0;
}

/** Has the program keep the roots that clients are given. */
async function publish(stack: Stack, roots: string): Promise<void> {
  await up({ ...stack, env: { ...stack.env, [ROOTS]: roots } }, { replace: keepers(stack) });
}

/** What the cluster says once cert-manager has issued what was asked of it. */
async function settled(stack: Stack, asked: Asked): Promise<Asked> {
  let latest = asked;
  const done = () => {
    if (!latest.now.some((object) => object?.kind === "Certificate" && isIssuing(object))) return true;
    latest = askCluster(stack);
    return undefined;
  };
  await waitFor(done, 60, () => "", 1000).catch(() => undefined);
  return latest;
}

function isIssuing({ metadata, status }: KubernetesObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string; observedGeneration?: number }[] };
  const ready = conditions.find(({ type }) => type === "Ready");
  const generation = (metadata as { generation?: number }).generation;
  const behind = ready?.observedGeneration !== undefined && generation !== undefined && ready.observedGeneration < generation;
  return behind || conditions.some(({ type, status }) => type === "Issuing" && status === "True");
}

/** What keeps the root, by URN: it is replaced to have the root read anew. */
function keepers(stack: Stack): string[] {
  const resources = exportState(stack).deployment?.resources ?? [];
  const kept = resources.filter(({ type, urn }) => type === "pulumi:index:Stash" && urn.endsWith("-issuer-certificate"));
  return kept.map(({ urn }) => urn);
}

/** Has cert-manager issue again, as `cmctl renew` does: the former certificate is served until the new one is there. */
async function renew(stack: Stack, stale: readonly Reference[], published: string): Promise<void> {
  const condition = {
    type: "Issuing",
    status: "True",
    reason: "ManuallyTriggered",
    message: "the authority is another one",
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  };
  const patch = JSON.stringify([{ op: "add", path: "/status/conditions/-", value: condition }]);
  for (const object of askCluster(stack).now) {
    if (object?.kind !== "Certificate") continue;
    const { namespace = "", name } = object.metadata;
    const { secretName } = object.spec as { secretName?: string };
    if (!stale.some((secret) => secret.namespace === namespace && secret.name === secretName)) continue;
    const args = [
      "patch",
      "certificates.cert-manager.io",
      name,
      "-n",
      namespace,
      "--subresource=status",
      "--type=json",
      "-p",
      patch,
    ];
    run("kubectl", [...stack.cluster.kubectlArguments, ...args], { env: stack.env });
  }
  await waitFor(
    () => {
      const left = signedByAnother(readCertificates(stack, askCluster(stack), published));
      return left.some(({ namespace, name }) => stale.some((one) => one.namespace === namespace && one.name === name))
        ? undefined
        : true;
    },
    120,
    () => "cert-manager did not issue the certificates anew: kubectl get certificates -A",
    1000,
  );
}

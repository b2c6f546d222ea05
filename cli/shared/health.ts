/**
 * Asks each service of the platform whether it serves, by the definition of the service itself, and each app with a database how its
 * copies are.
 */
import type { Connection, Probe } from "../../components/blocks/health";
import { ask } from "../../components/blocks/health/checkService";
import { services } from "../../components/services";
import { UserError, waitFor } from "../../shared/process";
import { judge, readCertificates } from "./authority";
import { textOf, type Outputs } from "../clusters/cluster";
import { checkCopies } from "./copies/health";
import { askCluster, change, driftOf } from "./drift";
import type { Stack } from "./pulumi";
import type { ServiceHealth } from "./serviceHealth";
import { findingsOf, kubectlOf, silentWebhooks, webhookSentence } from "./surroundings";
import { checkVolumes } from "./volumes";
import { notReady } from "./workloads";

export interface Health {
  healthy: boolean;
  services: ServiceHealth[];
}

/** Host names and addresses, as a stack's outputs have them. */
interface DnsRecord {
  name: string;
  address?: string;
}

/** How a stack's services are reached: by its own records, so that a check needs no entry in any hosts file. */
function connectionTo(url: string, { dnsRecords, caCertificate, selfSigned }: Outputs): Connection {
  const records = (dnsRecords ?? []) as DnsRecord[];
  return {
    address: records.find(({ name }) => name === new URL(url).hostname)?.address,
    ca: textOf(caCertificate),
    insecure: selfSigned === true,
  };
}

async function check(probe: Probe, outputs: Outputs): Promise<ServiceHealth> {
  const begin = performance.now();
  const { healthy, detail } = await ask(probe, connectionTo(probe.url, outputs));
  return { name: probe.name, url: probe.url, healthy, latencyMs: millisecondsSince(begin), detail };
}

const millisecondsSince = (begin: number) => Math.round((performance.now() - begin) * 10) / 10;

/** Checks every service at once. */
export async function checkPlatform(outputs: Outputs): Promise<Health> {
  const probes = services.flatMap((service) => service.probes?.(outputs) ?? []);
  return verdict(await Promise.all(probes.map((probe) => check(probe, outputs))));
}

const verdict = (services: ServiceHealth[]): Health => ({
  healthy: services.length > 0 && services.every((service) => service.healthy),
  services,
});

/** The services, and the copies of the apps' databases. */
export async function checkStack(stack: Stack, outputs: Outputs): Promise<Health> {
  return verdict([...(await checkPlatform(outputs)).services, ...(await checkCopies(stack, outputs))]);
}

/**
 * The stack, how full its volumes are, and every object of it that is not as it was deployed: changed past Pulumi, gone, or
 * with too few pods ready.
 */
export async function checkAll(stack: Stack, outputs: Outputs): Promise<Health> {
  const { services } = await checkStack(stack, outputs);
  return verdict([...services, ...(services.length === 0 ? [] : await checkObjects(stack, outputs))]);
}

async function checkObjects(stack: Stack, outputs: Outputs): Promise<ServiceHealth[]> {
  const begin = performance.now();
  const row = (name: string, url: string, detail: string, healthy = false): ServiceHealth => {
    return { name, url, healthy, latencyMs: millisecondsSince(begin), detail };
  };
  const loss = stack.cluster.loss();
  if (loss !== undefined) return [row("cluster", "", loss)];
  try {
    const asked = askCluster(stack);
    const around = findingsOf(stack);
    const known = around.map(({ object }) => object);
    return [
      ...around.map(({ kind, object, what }) => row(kind, object, what)),
      ...silentWebhooks(stack).map((one) =>
        row("webhook", `${one.namespace}/${one.name}`, webhookSentence(one, kubectlOf(stack))),
      ),
      ...(await checkVolumes(stack, asked, outputs)),
      ...notReady(asked.now).map(({ kind, object, detail }) => row(kind, object, detail)),
      ...judge(readCertificates(stack, asked, textOf(outputs.caCertificate)), Date.now())
        .filter(({ about }) => !known.includes(about))
        .map(({ about, what, well }) =>
          row(about === "authority" ? about : "Secret", about === "authority" ? "" : about, what, well),
        ),
      ...driftOf(asked).map((drift) => row(drift.kind, drift.object, `${change(drift)}: \`npm start\` sets it right`)),
    ];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [row("cluster", "", error.message)];
  }
}

/**
 * Checks until all is well and settled, or until the time is up: a route serves a moment after its pods are ready, and a
 * program makes its database a moment after that. Without the stack it looks at the services alone.
 */
export async function awaitHealth(outputs: Outputs, seconds: number, stack?: Stack): Promise<Health> {
  const look = () => (stack === undefined ? checkPlatform(outputs) : checkStack(stack, outputs));
  let health = await look();
  const settled = () => health.healthy && !health.services.some(({ pending }) => pending);
  const better = async () => {
    if (!settled()) health = await look();
    return settled() ? health : undefined;
  };
  return waitFor(better, seconds, () => "", 500).catch(() => health);
}

/**
 * Checks the addresses of one app until they answer: a route serves a moment after its pod is ready.
 * @returns what does not answer when the time is up, with the reason
 */
export async function awaitApp(values: Outputs, app: string, seconds: number): Promise<string | undefined> {
  const { caCertificate, selfSigned, dnsRecords } = values;
  const one = (values.apps as Record<string, { health?: string[] }>)[app];
  if (one?.health === undefined || one.health.length === 0) return undefined;
  const { services } = await awaitHealth({ caCertificate, selfSigned, dnsRecords, apps: { [app]: one } }, seconds);
  const failed = services.find(({ healthy }) => !healthy);
  return failed && `${failed.url} ${failed.detail}`;
}

/** A table for people. */
export function renderHealth({ services }: Health): string {
  if (services.length === 0) return "The stack has no service to check. Is it deployed? (npm start)\n";
  const width = Math.max(...services.map((service) => service.url.length));
  return services
    .map(
      (service) =>
        `${service.healthy ? (service.pending ? "wait  " : "ok    ") : "FAILED"} ${service.name.padEnd(12)} ${service.url.padEnd(width)} ${service.latencyMs.toFixed(0).padStart(5)} ms  ${service.detail}\n`,
    )
    .join("");
}

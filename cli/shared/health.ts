/**
 * Asks each service of the platform whether it serves, over HTTPS and with the platform's CA as the only trust, and each
 * app with a database how its copies are.
 */
import { request } from "node:https";
import { UserError, waitFor } from "../../shared/process";
import { judge, readCertificates } from "./authority";
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

interface Probe {
  name: string;
  url: string;
  username?: string;
  password?: string;
  /** Statuses that mean it serves. */
  expect: number[];
  /** What another status means. */
  otherwise: (status: number) => string;
}

const TIMEOUT_MS = 5000;

/** The checks that a stack's outputs call for: one for each service that it has. */
function probes(outputs: Record<string, unknown>): Probe[] {
  const text = (name: string) => (typeof outputs[name] === "string" ? (outputs[name] as string) : undefined);
  const list: Probe[] = [];
  const registry = text("registryUrl");
  if (registry) {
    list.push({
      name: "registry",
      url: `${registry}/v2/`,
      username: text("registryUsername"),
      password: text("registryPassword"),
      expect: [200],
      otherwise: (status) =>
        status === 401 ? "refuses its own account: run `npm start` to have the password set again" : `answers ${status}`,
    });
  }
  const localstack = text("localstackUrl");
  if (localstack) {
    list.push({
      name: "localstack",
      url: `${localstack}/_localstack/health`,
      expect: [200],
      otherwise: (status) =>
        status === 404 || status === 502 || status === 503
          ? "is not ready: kubectl get pods -A -l app.kubernetes.io/name=localstack"
          : `answers ${status}`,
    });
  }
  const ui = text("registryUiUrl");
  if (ui) list.push({ name: "registry-ui", url: `${ui}/`, expect: [200], otherwise: (status) => `answers ${status}` });
  return [...list, ...appProbes(outputs.apps)];
}

/** Behind a sign-in is served too; Traefik answers 404 for what has no route and 502 or 503 for what has no pod. */
const SERVED = [200, 201, 202, 203, 204, 301, 302, 303, 307, 308, 401, 403];

function appProbes(apps: unknown): Probe[] {
  return Object.entries((apps ?? {}) as Record<string, { namespace: string; health?: string[] }>).flatMap(
    ([name, { namespace, health = [] }]) =>
      health.map((url) => ({
        name,
        url,
        expect: SERVED,
        otherwise: (status) => `answers ${status}: kubectl get pods -n ${namespace}`,
      })),
  );
}

interface DnsRecord {
  name: string;
  address?: string;
  target?: string;
  value?: string;
}

/** Address of a host name by the stack's own records, so that a check needs no entry in any hosts file. */
function addressOf(host: string, outputs: Record<string, unknown>): string | undefined {
  const records = Array.isArray(outputs.dnsRecords) ? (outputs.dnsRecords as DnsRecord[]) : [];
  const record = records.find((candidate) => candidate.name === host);
  return record?.address ?? record?.value ?? record?.target;
}

/** Tells a failed connection in words that say what to do. */
function explain(error: NodeJS.ErrnoException): string {
  if (error.code === "ECONNREFUSED")
    return "nothing listens there: is Traefik running? (kubectl get pods -A -l app.kubernetes.io/name=traefik)";
  if (error.code === "ENOTFOUND") return "the name does not resolve: add the hosts lines that `npm start` prints";
  if (error.code === "ETIMEDOUT" || error.code === "EHOSTUNREACH") return "no answer: is the cluster running?";
  if (/certificate|SELF_SIGNED|UNABLE_TO_VERIFY/i.test(`${error.code} ${error.message}`))
    return `its certificate is not trusted: ${error.message}`;
  return error.message;
}

function ask(probe: Probe, outputs: Record<string, unknown>): Promise<ServiceHealth> {
  const url = new URL(probe.url);
  const begin = performance.now();
  const result = (healthy: boolean, detail: string): ServiceHealth => ({
    name: probe.name,
    url: probe.url,
    healthy,
    latencyMs: Math.round((performance.now() - begin) * 10) / 10,
    detail,
  });
  const ca = typeof outputs.caCertificate === "string" && outputs.caCertificate ? outputs.caCertificate : undefined;
  return new Promise((resolve) => {
    const call = request(
      {
        host: addressOf(url.hostname, outputs) ?? url.hostname,
        port: url.port || 443,
        path: url.pathname,
        servername: url.hostname,
        headers: { host: url.host },
        auth: probe.username && probe.password ? `${probe.username}:${probe.password}` : undefined,
        ca,
        timeout: TIMEOUT_MS,
        agent: false,
      },
      (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        const good = probe.expect.includes(status);
        resolve(result(good, good ? "healthy" : probe.otherwise(status)));
      },
    );
    call.on("timeout", () => call.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })));
    call.on("error", (error: NodeJS.ErrnoException) => resolve(result(false, explain(error))));
    call.end();
  });
}

/** Checks every service at once. */
export async function checkPlatform(outputs: Record<string, unknown>): Promise<Health> {
  return verdict(await Promise.all(probes(outputs).map((probe) => ask(probe, outputs))));
}

const verdict = (services: ServiceHealth[]): Health => ({
  healthy: services.length > 0 && services.every((service) => service.healthy),
  services,
});

/** The services, and the copies of the apps' databases. */
export async function checkStack(stack: Stack, outputs: Record<string, unknown>): Promise<Health> {
  return verdict([...(await checkPlatform(outputs)).services, ...(await checkCopies(stack, outputs))]);
}

/**
 * The stack, how full its volumes are, and every object of it that is not as it was deployed: changed past Pulumi, gone, or
 * with too few pods ready.
 */
export async function checkAll(stack: Stack, outputs: Record<string, unknown>): Promise<Health> {
  const { services } = await checkStack(stack, outputs);
  return verdict([...services, ...(services.length === 0 ? [] : await checkObjects(stack, outputs))]);
}

async function checkObjects(stack: Stack, outputs: Record<string, unknown>): Promise<ServiceHealth[]> {
  const begin = performance.now();
  const row = (name: string, url: string, detail: string, healthy = false): ServiceHealth => {
    return { name, url, healthy, latencyMs: Math.round((performance.now() - begin) * 10) / 10, detail };
  };
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
      ...judge(readCertificates(stack, asked, String(outputs.caCertificate ?? "")), Date.now())
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
export async function awaitHealth(outputs: Record<string, unknown>, seconds: number, stack?: Stack): Promise<Health> {
  const check = () => (stack === undefined ? checkPlatform(outputs) : checkStack(stack, outputs));
  let health = await check();
  const settled = () => health.healthy && !health.services.some(({ pending }) => pending);
  const better = async () => {
    if (!settled()) health = await check();
    return settled() ? health : undefined;
  };
  return waitFor(better, seconds, () => "", 500).catch(() => health);
}

/**
 * Checks the addresses of one app until they answer: a route serves a moment after its pod is ready.
 * @returns what does not answer when the time is up, with the reason
 */
export async function awaitApp(values: Record<string, unknown>, app: string, seconds: number): Promise<string | undefined> {
  const { caCertificate, dnsRecords } = values;
  const one = (values.apps as Record<string, { health?: string[] }>)[app];
  if (one?.health === undefined || one.health.length === 0) return undefined;
  const { services } = await awaitHealth({ caCertificate, dnsRecords, apps: { [app]: one } }, seconds);
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

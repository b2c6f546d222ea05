/** What the examples of the rule on SQLite are put together from. */
export const CLAIM = "{name: data, persistentVolumeClaim: {claimName: data}}";
export const URL = "{name: DATABASE_URL, value: 'sqlite:////data/app.db'}";

/** A workload with one container whose volume `data` is mounted at /data. */
export function workload(
  kind: string,
  spec: string,
  container = `env: [${URL}]`,
  volume = CLAIM,
  meta = "",
  name = "api",
): string {
  const apiVersion = kind === "Job" ? "batch/v1" : kind === "ReplicationController" || kind === "Pod" ? "v1" : "apps/v1";
  const pod = `{containers: [{name: web, image: "api:1", volumeMounts: [{name: data, mountPath: /data}], ${container}}], volumes: [${volume}]}`;
  const body = kind === "Pod" ? pod : `{${spec}${spec ? ", " : ""}template: {metadata: {labels: {app: api}}, spec: ${pod}}}`;
  return `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}, namespace: apps${meta}}, spec: ${body}}`;
}

export const ONE = "replicas: 1, strategy: {type: Recreate}";
export const FINE = workload("Deployment", ONE);
export const TWO = "replicas: 2, strategy: {type: Recreate}";

export function claim(spec: string, meta = ""): string {
  return `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: apps${meta}}, spec: ${spec}}`;
}

export function cron(mount: string): string {
  return `{apiVersion: batch/v1, kind: CronJob, metadata: {name: dump, namespace: apps}, spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: dump, image: "dump:1", volumeMounts: [{name: d, mountPath: /d${mount}}]}], volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}}}}}}`;
}

/** A job that mounts the same claim and does something with the files on it. */
export function job(script: string, mount = "", kind = "CronJob"): string {
  const container = `{name: b, image: "alpine:3.20", command: [sh, -c, ${JSON.stringify(script)}], volumeMounts: [{name: d, mountPath: /data${mount}}]}`;
  const spec = `{concurrencyPolicy: Forbid, jobTemplate: {spec: {template: {spec: {containers: [${container}], volumes: [${CLAIM.replace("name: data", "name: d")}]}}}}}`;
  return `{apiVersion: batch/v1, kind: ${kind}, metadata: {name: backup, namespace: apps}, spec: ${spec}}`;
}

export const VAULT = workload("Deployment", ONE, "env: []").replace("api:1", "vaultwarden/server:1.32.7");

export function config(data: string): string {
  return `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: apps}, data: ${data}}`;
}

export function both(...documents: string[]): string {
  return documents.join("\n---\n");
}

export const HPA = (most: number) =>
  `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: api, namespace: apps}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}, maxReplicas: ${most}}}`;

export const FROM_CONFIG = "envFrom: [{configMapRef: {name: settings}}]";
export const LABEL = ", labels: {storage.example.org/single-writer: 'true'}";

import type { BadExample, Example } from "../../../core/policy";

const CLAIM = "{name: data, persistentVolumeClaim: {claimName: data}}";
const URL = "{name: DATABASE_URL, value: 'sqlite:////data/app.db'}";

/** A workload with one container whose volume `data` is mounted at /data. */
function workload(kind: string, spec: string, container = `env: [${URL}]`, volume = CLAIM, meta = "", name = "api"): string {
  const apiVersion = kind === "Job" ? "batch/v1" : kind === "ReplicationController" || kind === "Pod" ? "v1" : "apps/v1";
  const pod = `{containers: [{name: web, image: "api:1", volumeMounts: [{name: data, mountPath: /data}], ${container}}], volumes: [${volume}]}`;
  const body = kind === "Pod" ? pod : `{${spec}${spec ? ", " : ""}template: {metadata: {labels: {app: api}}, spec: ${pod}}}`;
  return `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}, namespace: apps${meta}}, spec: ${body}}`;
}

const ONE = "replicas: 1, strategy: {type: Recreate}";
const FINE = workload("Deployment", ONE);
const TWO = "replicas: 2, strategy: {type: Recreate}";

function claim(spec: string, meta = ""): string {
  return `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: apps${meta}}, spec: ${spec}}`;
}

function cron(mount: string): string {
  return `{apiVersion: batch/v1, kind: CronJob, metadata: {name: dump, namespace: apps}, spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: dump, image: "dump:1", volumeMounts: [{name: d, mountPath: /d${mount}}]}], volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}}}}}}`;
}

function config(data: string): string {
  return `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: apps}, data: ${data}}`;
}

function both(...documents: string[]): string {
  return documents.join("\n---\n");
}

const HPA = (most: number) =>
  `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: api, namespace: apps}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}, maxReplicas: ${most}}}`;

const FROM_CONFIG = "envFrom: [{configMapRef: {name: settings}}]";
const LABEL = ", labels: {storage.example.org/single-writer: 'true'}";

export const good: Example[] = [
  { title: "one replica that is recreated", yaml: FINE },
  {
    title: "a StatefulSet with one replica on its own claim",
    yaml: `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: api}, spec: {volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOncePod]}}], template: {spec: {containers: [{name: web, env: [${URL}], volumeMounts: [{name: data, mountPath: /data}]}]}}}}`,
  },
  { title: "a single Pod", yaml: workload("Pod", "") },
  {
    title: "two replicas with the database in memory",
    yaml: workload(
      "Deployment",
      "replicas: 2",
      "env: [{name: DATABASE_URL, value: 'sqlite+aiosqlite:///:memory:'}, {name: DB_TYPE, value: sqlite}]",
    ),
  },
  {
    title: "two replicas on PostgreSQL whose database is called sqlite",
    yaml: workload(
      "Deployment",
      "replicas: 2",
      "env: [{name: DATABASE_URL, value: 'postgresql://u@db/sqlite.db'}, {name: DB_TYPE, value: postgres}]",
    ),
  },
  {
    title: "a file .db outside of every volume",
    yaml: workload("Deployment", "replicas: 2", "env: [{name: GEOIP, value: /usr/share/geo.db}]"),
  },
  {
    title: "a file .db on a volume that dies with the pod",
    yaml: workload("Deployment", "replicas: 2", "env: [{name: CACHE, value: /data/geo.db}]", "{name: data, emptyDir: {}}"),
  },
  {
    title: "readers of a database that somebody else writes",
    yaml: workload("Deployment", "replicas: 2", "env: [{name: DATABASE_URL, value: 'file:/data/app.db?mode=ro'}]"),
  },
  {
    title: "a read-only mount",
    yaml: workload("Deployment", "replicas: 2").replace("mountPath: /data", "mountPath: /data, readOnly: true"),
  },
  {
    title: "a variable that switches SQLite off, and a version",
    yaml: workload(
      "Deployment",
      "replicas: 2",
      "env: [{name: USE_SQLITE, value: 'false'}, {name: SQLITE_VERSION, value: '3.45'}]",
    ),
  },
  {
    title: "a Job with a volume of its own",
    yaml: workload("Job", "", "env: [{name: CACHE, value: /data/x.sqlite}]", "{name: data, emptyDir: {}}"),
  },
  { title: "a Job that asks for SQLite and says no place", yaml: workload("Job", "", "env: [{name: GEOIP, value: x}]") },
  {
    title: "a backup that mounts the claim read-only, and a budget that lets the pod go",
    yaml: both(
      FINE,
      cron(", readOnly: true"),
      "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: api, namespace: apps}, spec: {maxUnavailable: 1, selector: {matchLabels: {app: api}}}}",
    ),
  },
  {
    title: "an autoscaler that never scales, and one for something else",
    yaml: both(FINE, HPA(1), HPA(5).replace("name: api}, max", "name: web}, max")),
  },
  {
    title: "the same claim name in another namespace",
    yaml: both(FINE, cron("").replace("namespace: apps", "namespace: other")),
  },
  {
    title: "a local ReadWriteOnce claim",
    yaml: both(FINE, claim("{accessModes: [ReadWriteOnce], storageClassName: local-path}")),
  },
  {
    title: "a ConfigMap that speaks of PostgreSQL",
    yaml: both(workload("Deployment", "replicas: 2", FROM_CONFIG), config("{DATABASE_URL: 'postgres://db/app'}")),
  },
  {
    title: "Grafana with another database",
    yaml: workload("Deployment", "replicas: 2", "env: [{name: GF_DATABASE_TYPE, value: postgres}]").replace(
      "api:1",
      "grafana/grafana:11",
    ),
  },
];

const EVIDENCE: [string, string][] = [
  ["env: [{name: X, value: 'sqlite+aiosqlite:////data/app.db'}]", 'environment variable "X" of container "web"'],
  ["env: [{name: X, value: 'jdbc:sqlite:/data/app.db'}]", 'environment variable "X"'],
  ["env: [{name: X, value: 'sqlite3:db/app.sqlite3'}]", 'environment variable "X"'],
  ["env: [{name: X, value: 'file:/data/app.db?cache=shared'}]", 'environment variable "X"'],
  [
    "env: [{name: ConnectionStrings__Default, value: 'Data Source=/data/app.db;Cache=Shared'}]",
    'environment variable "ConnectionStrings__Default"',
  ],
  ["env: [{name: X, value: /data/app.sqlite}]", 'environment variable "X"'],
  ["env: [{name: DB_TYPE, value: sqlite3}]", 'environment variable "DB_TYPE"'],
  ["env: [{name: GF_DATABASE_TYPE, value: sqlite3}]", 'environment variable "GF_DATABASE_TYPE"'],
  ["env: [{name: SQLITE_BUSY_TIMEOUT, value: 5000}]", 'environment variable "SQLITE_BUSY_TIMEOUT"'],
  ["args: [serve, '--db=/data/app.db']", 'the command line of container "web"'],
  ["command: [sh, -c, 'litestream replicate -exec app']", "the command line"],
];

export const bad: BadExample[] = [
  { title: "two replicas", yaml: workload("Deployment", TWO), finds: ["and runs 2 replicas"] },
  {
    title: "a rolling update, said or unsaid",
    yaml: both(
      workload("Deployment", "strategy: {type: RollingUpdate}"),
      workload("Deployment", "", undefined, CLAIM.replace("claimName: data", "claimName: other"), "", "b"),
    ),
    finds: ["updates by RollingUpdate", "updates by RollingUpdate"],
  },
  {
    title: "a rolling update without surge, as advice",
    yaml: workload("Deployment", "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"),
    finds: ["surges by none"],
  },
  { title: "two replicas of a StatefulSet", yaml: workload("StatefulSet", "replicas: 2"), finds: ["runs 2 replicas"] },
  ...EVIDENCE.map(([container, evidence]) => ({
    title: `two replicas, by ${evidence}`,
    yaml: workload("Deployment", TWO, container),
    finds: [`keeps SQLite (${evidence}`],
  })),
  {
    title: "two replicas, by its label",
    yaml: workload("Deployment", TWO, "env: []", CLAIM, LABEL),
    finds: ["must have a single writer (the label single-writer) and runs 2"],
  },
  {
    title: "kinds that cannot have a single writer",
    yaml: ["DaemonSet", "ReplicaSet", "Job"]
      .map((kind, i) => workload(kind, "", undefined, CLAIM.replace("claimName: data", `claimName: c${i}`), "", `x${i}`))
      .join("\n---\n"),
    finds: ["in a DaemonSet", "in a ReplicaSet", "in a Job"],
  },
  {
    title: "a CronJob whose runs overlap",
    yaml: cron("").replace("volumeMounts", `env: [{name: DATABASE_URL, value: 'sqlite:////d/app.db'}], volumeMounts`),
    finds: ["in a CronJob whose runs may overlap"],
  },
  {
    title: "a network volume",
    yaml: workload("Deployment", ONE, undefined, "{name: data, nfs: {server: nas, path: /x}}"),
    finds: ["on the network volume"],
  },
  {
    title: "a path on the node",
    yaml: workload("Deployment", TWO, undefined, "{name: data, hostPath: {path: /srv}}"),
    finds: ["runs 2 replicas"],
  },
  {
    title: "a little time to stop, as advice",
    yaml: workload("Deployment", ONE).replace("{containers", "{terminationGracePeriodSeconds: 2, containers"),
    finds: ["has 2 s to write"],
  },
  {
    title: "a database that is lost with the pod, as advice",
    yaml: workload("Deployment", "replicas: 3", undefined, "{name: data, emptyDir: {}}"),
    finds: ["lost with the pod"],
  },
  {
    title: "two replicas whose database lies outside of every volume",
    yaml: workload("Deployment", TWO).replace("mountPath: /data", "mountPath: /other"),
    finds: ["lost with the pod", "runs 2 replicas"],
  },
  {
    title: "an autoscaler of a database outside of every volume",
    yaml: both(FINE.replace("mountPath: /data", "mountPath: /other"), HPA(2)),
    finds: ["lost with the pod", "to 2 replicas"],
  },
  {
    title: "a program known for SQLite, as advice",
    yaml: workload("Deployment", TWO, "env: []").replace("api:1", "vaultwarden/server:1.32"),
    finds: ["probably keeps SQLite"],
  },
  { title: "an autoscaler", yaml: both(FINE, HPA(3)), finds: ["scales Deployment apps/api to 3 replicas"] },
  {
    title: "KEDA with its default of 100",
    yaml: both(
      FINE,
      "{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: k, namespace: apps}, spec: {scaleTargetRef: {name: api}}}",
    ),
    finds: ["to 100 replicas"],
  },
  {
    title: "a backup that mounts the claim for writing",
    yaml: both(FINE, cron("")),
    finds: ['writes to the claim "data", which Deployment apps/api keeps SQLite on'],
  },
  {
    title: "two owners of one claim",
    yaml: both(FINE, workload("Deployment", ONE, undefined, CLAIM, "", "b")),
    finds: ["writes to the claim"],
  },
  {
    title: "a claim that many may write, on NFS",
    yaml: both(FINE, claim("{accessModes: [ReadWriteMany], storageClassName: nfs-client}")),
    finds: ["and is ReadWriteMany", 'storage class "nfs-client"'],
  },
  {
    title: "a claim with the label",
    yaml: both(workload("Deployment", TWO, "env: []"), claim("{accessModes: [ReadWriteOnce]}", LABEL)),
    finds: ['the label single-writer of its claim "data") and runs 2'],
  },
  {
    title: "a database named by a ConfigMap through envFrom",
    yaml: both(workload("Deployment", TWO, FROM_CONFIG), config("{DATABASE_URL: 'sqlite+aiosqlite:////data/lumina.db'}")),
    finds: ['variable "DATABASE_URL" of container "web", from ConfigMap settings) and runs 2'],
  },
  {
    title: "a database named by a Secret through valueFrom",
    yaml: both(
      workload("Deployment", TWO, "env: [{name: DSN, valueFrom: {secretKeyRef: {name: s, key: dsn}}}]"),
      `{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: apps}, data: {dsn: ${Buffer.from("sqlite:////data/a.db").toString("base64")}}}`,
    ),
    finds: ['variable "DSN" of container "web", from Secret s) and runs 2'],
  },
  {
    title: "a database named in a mounted configuration file",
    yaml: both(
      workload("Deployment", TWO, "env: []", `${CLAIM}, {name: cfg, configMap: {name: settings}}`).replace(
        "mountPath: /data}",
        "mountPath: /data}, {name: cfg, mountPath: /etc/app}",
      ),
      config('{app.ini: "[database]\\nDB_TYPE = sqlite3\\n"}'),
    ),
    finds: ["a file from ConfigMap settings) and runs 2"],
  },
  {
    title: "a budget that never lets the pod go, as advice",
    yaml: both(
      FINE,
      "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: api, namespace: apps}, spec: {minAvailable: 1, selector: {matchLabels: {app: api}}}}",
    ),
    finds: ["cannot be drained"],
  },
];

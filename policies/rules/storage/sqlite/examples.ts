import type { BadExample, Example } from "../../../core/policy";
import { CLAIM, LABEL, ONE, TWO, URL, FINE, both, cron, workload } from "./examples.parts";

/** What a workload shows by itself. */
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
    title: "a database of another kind that is called sqlite, and a page about it",
    yaml: workload(
      "Deployment",
      "replicas: 2",
      "env: [{name: POSTGRES_DB, value: sqlite}, {name: DOCS, value: 'https://sqlite.org/wal.html'}]",
    ),
  },
  {
    title: "a StatefulSet on block storage of its own class",
    yaml: `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: api}, spec: {volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], storageClassName: longhorn}}], template: {spec: {containers: [{name: web, env: [${URL}], volumeMounts: [{name: data, mountPath: /data}]}]}}}}`,
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
  ["env: [{name: database__client, value: better-sqlite3}]", 'environment variable "database__client"'],
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
    title: "disks that a node attaches",
    yaml: both(
      workload("Deployment", TWO, undefined, "{name: data, iscsi: {targetPortal: nas, iqn: x, lun: 0}}"),
      workload("Deployment", TWO, undefined, "{name: data, awsElasticBlockStore: {volumeID: v}}", "", "b"),
    ),
    finds: ["runs 2 replicas", "runs 2 replicas"],
  },
  {
    title: "a claim template of a class on a network file system",
    yaml: `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: api}, spec: {volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], storageClassName: nfs-client}}], template: {spec: {containers: [{name: web, env: [${URL}], volumeMounts: [{name: data, mountPath: /data}]}]}}}}`,
    finds: ['of the storage class "nfs-client"'],
  },
  {
    title: "a hook that eats the time to stop, as advice",
    yaml: workload("Deployment", ONE, `env: [${URL}], lifecycle: {preStop: {sleep: {seconds: 25}}}`),
    finds: ["has 5 s to write"],
  },
  {
    title: "a program that replicates SQLite by itself, as advice",
    yaml: workload("Deployment", TWO, "command: [litefs, mount]"),
    finds: ["probably keeps SQLite"],
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
    title: "a program known for SQLite, as advice",
    yaml: workload("Deployment", TWO, "env: []").replace("api:1", "vaultwarden/server:1.32"),
    finds: ["probably keeps SQLite"],
  },
];

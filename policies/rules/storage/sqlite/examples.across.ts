import type { BadExample, Example } from "../../../core/policy";
import {
  CLAIM,
  FINE,
  FROM_CONFIG,
  HPA,
  LABEL,
  ONE,
  TWO,
  URL,
  VAULT,
  both,
  claim,
  config,
  cron,
  job,
  workload,
} from "./examples.parts";

const OWN = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: api, namespace: apps}, spec: {volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}], template: {metadata: {labels: {app: api}}, spec: {containers: [{name: web, env: [${URL}], volumeMounts: [{name: data, mountPath: /data}]}]}}}}`;
const FILES = workload("Deployment", TWO, "env: []", `${CLAIM}, {name: cfg, configMap: {name: settings}}`).replace(
  "mountPath: /data}",
  "mountPath: /data}, {name: cfg, mountPath: /etc/app}",
);
const NFS_VOLUME =
  "{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {nfs: {server: nas, path: /x}, persistentVolumeReclaimPolicy: Retain}}";
const NFS_CLASS = "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: nfs.csi.k8s.io}";

/** What only several objects show. */
export const goodAcross: Example[] = [
  {
    title: "a copy by SQLite itself, through a mount for reading",
    yaml: both(
      VAULT,
      job("sqlite3 /data/db.sqlite3 '.backup /backup/db.sqlite3' && tar czf /backup/all.tgz /data", ", readOnly: true"),
    ),
  },
  {
    title: "a copy of something else, and of a folder without a database",
    yaml: both(VAULT, job("cp /data/config.json /backup/", ", readOnly: true")),
  },
  {
    title: "a folder copied beside a program of which nothing says that it keeps a database",
    yaml: both(workload("Deployment", ONE, "env: []"), job("tar czf /backup/data.tgz /data", ", readOnly: true")),
  },
  {
    title: "a copy where nobody writes",
    yaml: job("cp /data/db.sqlite3 /backup/", ", readOnly: true"),
  },
  {
    title: "a database put in its place before the program starts",
    yaml: FINE.replace(
      "containers: [",
      'initContainers: [{name: seed, image: "alpine:3", command: [cp, /data/seed.db, /data/app.db], volumeMounts: [{name: data, mountPath: /data}]}], containers: [',
    ),
  },
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
    title: "a backup that mounts the claim of a StatefulSet read-only",
    yaml: both(OWN, cron(", readOnly: true").replace("claimName: data", "claimName: data-api-0")),
  },
  {
    title: "a backup by sqlite3, of a file whose name a variable holds",
    yaml: both(FINE, cron(", readOnly: true").replace("volumeMounts", `command: [sh, -c, 'sqlite3 "$DB" .dump'], volumeMounts`)),
  },
  {
    title: "a configuration file that speaks of SQLite in a comment only",
    yaml: both(FILES, config('{app.ini: "# url = sqlite:////data/app.db\\n; type = sqlite\\nDB_TYPE = postgres\\n"}')),
  },
  {
    title: "a database that somebody takes copies of",
    yaml: both(FINE, cron(", readOnly: true")),
    params: { adviseBackup: true },
  },
  {
    title: "a database with litestream beside it",
    yaml: FINE.replace(
      "containers: [",
      'initContainers: [{name: ls, image: "litestream/litestream:0.3", restartPolicy: Always}], containers: [',
    ),
    params: { adviseBackup: true },
  },
];

export const badAcross: BadExample[] = [
  {
    title: "a job that copies the file beside the program that serves it: the job is the second writer, and its copy none",
    yaml: both(VAULT, job("cp /data/db.sqlite3 /data/backup.sqlite3")),
    finds: [
      'copies "/data/db.sqlite3" with cp while Deployment apps/api writes there',
      'writes to the claim "data", which Deployment apps/api',
    ],
  },
  {
    title: "a job whose words alone show the database, beside a program that nobody knows",
    yaml: both(
      workload("Deployment", ONE, "env: [], ports: [{containerPort: 80}]"),
      job("sqlite3 /data/app.db '.backup /data/copy.db'"),
    ),
    finds: ['writes to the claim "data", which Deployment apps/api keeps SQLite on'],
  },
  {
    title: "a plain copy of the file through a mount for reading, as advice",
    yaml: both(VAULT, job("cp /data/db.sqlite3 /backup/", ", readOnly: true")),
    finds: ['copies "/data/db.sqlite3" with cp while Deployment apps/api writes there'],
  },
  {
    title: "an archive of the folder in which a database lies, as advice",
    yaml: both(FINE, job("tar czf /backup/data.tgz /data/", ", readOnly: true")),
    finds: ['copies "/data" with tar while'],
  },
  {
    title: "a plain copy by a container beside the program, as advice",
    yaml: FINE.replace(
      "containers: [",
      'containers: [{name: cp, image: "alpine:3", command: [sh, -c, "while sleep 60; do cp /data/app.db /out/; done"], volumeMounts: [{name: data, mountPath: /data, readOnly: true}]}, ',
    ),
    finds: ['copies "/data/app.db" with cp while Deployment apps/api writes there'],
  },
  {
    title: "an autoscaler of a database outside of every volume",
    yaml: both(FINE.replace("mountPath: /data", "mountPath: /other"), HPA(2)),
    finds: ["lost with the pod", "to 2 replicas"],
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
  {
    title: "a backup that writes to the claim of a StatefulSet",
    yaml: both(OWN, cron("").replace("claimName: data", "claimName: data-api-0")),
    finds: ['writes to the claim "data-api-0", which StatefulSet apps/api keeps SQLite on'],
  },
  {
    title: "a second writer beside a program known for SQLite, as advice",
    yaml: both(workload("Deployment", ONE, "env: []").replace("api:1", "vaultwarden/server:1.32"), cron("")),
    finds: ["probably keeps SQLite on"],
  },
  {
    title: "a database named in a projected file, and in a connection of .NET",
    yaml: both(
      FILES.replace("configMap: {name: settings}", "projected: {sources: [{configMap: {name: settings}}]}"),
      config('{appsettings.json: \'{"ConnectionStrings": {"Default": "Data Source=/data/app.db"}}\'}'),
    ),
    finds: ["a file from ConfigMap settings) and runs 2"],
  },
  {
    title: "a database named by its path in a mounted file",
    yaml: both(FILES, config('{app.yaml: "storage:\\n  path: /data/app.sqlite3\\n"}')),
    finds: ["a file from ConfigMap settings) and runs 2"],
  },
  {
    title: "a claim on NFS, by its volume or by its class, whatever their names",
    yaml: both(FINE, claim("{accessModes: [ReadWriteOnce], volumeName: pv, storageClassName: fast}"), NFS_VOLUME, NFS_CLASS),
    finds: ["of a class whose provisioner makes network file systems", "bound to a network file system"],
  },
  {
    title: "a budget for every pod of the namespace, as advice",
    yaml: both(
      FINE,
      "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: all, namespace: apps}, spec: {maxUnavailable: 0, selector: {}}}",
    ),
    finds: ["cannot be drained"],
  },
  {
    title: "a database that nobody takes copies of, as advice where that is asked for",
    yaml: FINE,
    params: { adviseBackup: true },
    finds: ["of which nobody takes copies"],
  },
];

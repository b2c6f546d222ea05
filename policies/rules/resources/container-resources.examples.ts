import type { BadExample, Example } from "../../core/policy";

const FULL = "{requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 500m, memory: 128Mi}}";

function pod(containers: string, extra = ""): string {
  return `
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: apps}
spec:
  containers: ${containers}
${extra}`;
}

function inTemplate(apiVersion: string, kind: string, resources: string): string {
  return `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: app, namespace: apps}
spec: {template: {spec: {containers: [{name: web, image: "web:1.0", resources: ${resources}}]}}}`;
}

function cron(resources: string): string {
  return `
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: apps}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: dump, image: "dump:1.0", resources: ${resources}}]}}}}}`;
}

const CARRIERS = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["apps/v1", "ReplicaSet"],
  ["extensions/v1beta1", "Deployment"],
  ["v1", "ReplicationController"],
  ["batch/v1", "Job"],
] as const;

const NOTHING = "has no cpu request, memory request, cpu limit and memory limit";

export const good: Example[] = [
  { title: "a pod with everything set", yaml: pod(`[{name: web, image: "web:1.0", resources: ${FULL}}]`) },
  ...CARRIERS.map(([api, kind]) => ({ title: `a ${api} ${kind} with everything set`, yaml: inTemplate(api, kind, FULL) })),
  { title: "a CronJob with everything set", yaml: cron(FULL) },
  {
    title: "amounts written as numbers and with an exponent",
    yaml: pod(`[{name: web, image: "web:1.0", resources: {requests: {cpu: 1, memory: 1e8}, limits: {cpu: 1.5, memory: "2e8"}}}]`),
  },
  {
    title: "a request as high as its limit",
    yaml: pod(
      `[{name: web, image: "web:1.0", resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1000m, memory: 1024Mi}}}]`,
    ),
  },
  {
    title: "an object that makes no pods",
    yaml: "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}",
  },
  {
    title: "a higher limit where the configuration raises the cap",
    yaml: pod(`[{name: web, image: "web:1.0", resources: {requests: {cpu: 1, memory: 4Gi}, limits: {cpu: 1, memory: 12Gi}}}]`),
    params: { maxMemory: "16Gi" },
  },
];

export const bad: BadExample[] = [
  { title: "a container without resources", yaml: pod(`[{name: web, image: "web:1.0"}]`), finds: [`container "web" ${NOTHING}`] },
  ...CARRIERS.map(([api, kind]) => ({
    title: `a ${api} ${kind} without resources`,
    yaml: inTemplate(api, kind, "{}"),
    finds: [`container "web" ${NOTHING}`],
  })),
  {
    title: "a CronJob without limits",
    yaml: cron("{requests: {cpu: 1m, memory: 1Mi}}"),
    finds: ["has no cpu limit and memory limit"],
  },
  {
    title: "limits without requests",
    yaml: pod(`[{name: web, image: "web:1.0", resources: {limits: {cpu: 1, memory: 1Gi}}}]`),
    finds: ["has no cpu request and memory request"],
  },
  {
    title: "init container, sidecar and ephemeral container without resources beside a complete one",
    yaml: pod(
      `[{name: web, image: "web:1.0", resources: ${FULL}}]`,
      `  initContainers: [{name: wait, image: "busybox:1"}, {name: proxy, image: "envoy:1", restartPolicy: Always}]
  ephemeralContainers: [{name: shell, image: "busybox:1"}]`,
    ),
    finds: [`init container "wait" has no`, `sidecar "proxy" has no`, `ephemeral container "shell" has no`],
  },
  {
    title: "every container of a List",
    yaml: `
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: one, image: "a:1"}]}}
  - apiVersion: apps/v1
    kind: DeploymentList
    items: [{metadata: {name: b}, spec: {template: {spec: {containers: [{name: two, image: "b:1"}]}}}}]`,
    finds: [`container "one" has no`, `container "two" has no`],
  },
  {
    title: "a limit above the cap",
    yaml: pod(`[{name: web, image: "web:1.0", resources: {requests: {cpu: 1, memory: 8Gi}, limits: {cpu: 5, memory: 9Gi}}}]`),
    finds: ["cpu limit above 4", "memory limit above 8Gi"],
  },
  {
    title: "a limit out of proportion",
    yaml: pod(`[{name: web, image: "web:1.0", resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 1, memory: 1Gi}}}]`),
    finds: ["cpu limit of more than 20 times", "memory limit of more than 8 times"],
  },
  {
    title: "a request above its limit",
    yaml: pod(`[{name: web, image: "web:1.0", resources: {requests: {cpu: 2, memory: 64Mi}, limits: {cpu: 1, memory: 64Mi}}}]`),
    finds: ["requests more cpu than its limit"],
  },
  {
    title: "amounts that are none, or zero, which means no limit",
    yaml: pod(`[{name: web, image: "web:1.0", resources: {requests: {cpu: lots, memory: 64Mi}, limits: {cpu: 1, memory: 0}}}]`),
    finds: ["cpu request that is no amount", "memory limit that is no amount"],
  },
];

import type { BadExample, Example } from "../../core/policy";

function pod(spec: string, container = "", meta = ""): string {
  return `{apiVersion: v1, kind: Pod, metadata: {name: p${meta}}, spec: {${spec}${spec ? ", " : ""}containers: [{name: c, image: "i:1"${container ? `, ${container}` : ""}}]}}`;
}

const secure = (context: string) => `securityContext: {${context}}`;
const STRICT =
  "runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}";
const restricted = { profile: "restricted" };

export const good: Example[] = [
  { title: "a plain pod in the baseline profile", yaml: pod("") },
  { title: "anything in the privileged profile", yaml: pod("hostPID: true"), params: { profile: "privileged" } },
  { title: "a hardened pod in the restricted profile", yaml: pod("", secure(STRICT)), params: restricted },
  {
    title: "settings that the containers inherit from the pod",
    yaml: pod(
      secure("runAsNonRoot: true, seccompProfile: {type: Localhost, localhostProfile: x}"),
      secure("allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}"),
    ),
    params: restricted,
  },
  {
    title: "a Windows pod without what Windows does not have",
    yaml: pod(`os: {name: windows}, ${secure("runAsNonRoot: true")}`),
    params: restricted,
  },
  {
    title: "root in a user namespace, since 1.35",
    yaml: pod(
      "hostUsers: false",
      secure(
        "runAsUser: 0, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}",
      ),
    ),
    params: restricted,
  },
  {
    title: "capabilities, parameters and profiles that baseline allows",
    yaml: pod(
      secure(
        "sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}], appArmorProfile: {type: RuntimeDefault}, seLinuxOptions: {type: container_t, level: s0}",
      ),
      secure("capabilities: {add: [CHOWN, MKNOD]}, procMount: Default"),
    ),
  },
  {
    title: "a probe of another host, before 1.34",
    yaml: pod("", "livenessProbe: {httpGet: {host: other, port: 80}}"),
    params: { version: "v1.33" },
  },
  {
    title: "volumes of the restricted profile",
    yaml: pod(
      "volumes: [{name: a, emptyDir: {}}, {name: b, persistentVolumeClaim: {claimName: b}}, {name: c, image: {reference: x}}]",
      secure(STRICT),
    ),
    params: restricted,
  },
];

export const bad: BadExample[] = [
  {
    title: "the node's namespaces",
    yaml: pod("hostNetwork: true, hostPID: true, hostIPC: true"),
    finds: ["network namespace", "pid namespace", "ipc namespace"],
  },
  {
    title: "a privileged container, also an init and an ephemeral one",
    yaml: pod(
      `initContainers: [{name: i, ${secure("privileged: true")}}], ephemeralContainers: [{name: e, ${secure("privileged: true")}}]`,
      secure("privileged: true"),
    ),
    finds: ['init container "i" is privileged', 'container "c" is privileged', 'ephemeral container "e" is privileged'],
  },
  {
    title: "a template in a CronJob",
    yaml: `{apiVersion: batch/v1, kind: CronJob, metadata: {name: j}, spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, ${secure("privileged: true")}}]}}}}}}`,
    finds: ["is privileged"],
  },
  {
    title: "capabilities beyond the default set",
    yaml: pod("", secure("capabilities: {add: [NET_ADMIN, CHOWN, SYS_TIME]}")),
    finds: ['"NET_ADMIN"', '"SYS_TIME"'],
  },
  {
    title: "paths of the node",
    yaml: pod("volumes: [{name: sock, hostPath: {path: /var/run/docker.sock}}]"),
    finds: ['"/var/run/docker.sock"'],
  },
  {
    title: "ports of the node",
    yaml: pod("", "ports: [{containerPort: 1}, {containerPort: 2, hostPort: 80}, {containerPort: 3, hostPort: 0}]"),
    finds: ["opens port 80"],
  },
  {
    title: "profiles that switch protection off",
    yaml: pod(
      secure("seccompProfile: {type: Unconfined}"),
      secure("appArmorProfile: {type: Unconfined}"),
      ", annotations: {container.apparmor.security.beta.kubernetes.io/c: unconfined}",
    ),
    finds: ['container "c" sets the AppArmor', 'of container "c" to "unconfined"', "the pod sets the seccomp"],
  },
  {
    title: "SELinux options",
    yaml: pod(secure("seLinuxOptions: {type: spc_t}"), secure("seLinuxOptions: {user: u, role: r}")),
    finds: ["the pod sets the SELinux type", 'container "c" sets the SELinux user', "SELinux role"],
  },
  {
    title: "a SELinux type that came with 1.31",
    yaml: pod(secure("seLinuxOptions: {type: container_engine_t}")),
    params: { version: "1.30" },
    finds: ["SELinux type"],
  },
  {
    title: "kernel parameters, by version",
    yaml: pod(secure("sysctls: [{name: kernel.msgmax}, {name: net.ipv4.tcp_notsent_lowat}]")),
    params: { version: "1.36" },
    finds: ['"kernel.msgmax"', '"net.ipv4.tcp_notsent_lowat"'],
  },
  { title: "an unmasked /proc", yaml: pod("", secure("procMount: Unmasked")), finds: ["mounts /proc unmasked"] },
  {
    title: "an unmasked /proc in a user namespace, in the restricted profile",
    yaml: pod("hostUsers: false", secure(`${STRICT}, procMount: Unmasked`)),
    params: restricted,
    finds: ["mounts /proc unmasked"],
  },
  {
    title: "probes and hooks that make the node call elsewhere",
    yaml: pod("", "livenessProbe: {httpGet: {host: a}}, lifecycle: {preStop: {tcpSocket: {host: b}}}"),
    finds: ["livenessProbe", "lifecycle.preStop"],
  },
  { title: "a process of the Windows node", yaml: pod(secure("windowsOptions: {hostProcess: true}")), finds: ["Windows node"] },
  {
    title: "everything that the restricted profile misses in a plain pod",
    yaml: pod(""),
    params: restricted,
    finds: [
      "may gain more privileges",
      "keeps capabilities",
      "does not promise to run as another user",
      "has no seccomp profile",
    ],
  },
  {
    title: "root, said outright",
    yaml: pod(secure("runAsNonRoot: false, runAsUser: 0"), secure(STRICT)),
    params: restricted,
    finds: ["the pod may run as root", "the pod runs as root"],
  },
  {
    title: "root in a user namespace before 1.35",
    yaml: pod("hostUsers: false", secure(`${STRICT}, runAsUser: 0`)),
    params: { profile: "restricted", version: "1.34" },
    finds: ["runs as root"],
  },
  {
    title: "volumes that bypass storage classes",
    yaml: pod("volumes: [{name: n, nfs: {server: s, path: /}}]", secure(STRICT)),
    params: restricted,
    finds: ['of the kind "nfs"'],
  },
];

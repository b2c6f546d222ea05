import { Field } from "../objects/field";
import { Finding, Found, attempt, each, finding } from "../objects/finding";
import { show } from "../objects/text";
import { PodCheck, PodSecurity, Setter, eachContainer, inUserNamespace, podSetter, eachSetter, together, unless } from "./check";

type Findings = readonly Finding[];

const CAPABILITIES = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

const SYSCTLS: [since: number, names: string[]][] = [
  [
    0,
    [
      "kernel.shm_rmid_forced",
      "net.ipv4.ip_local_port_range",
      "net.ipv4.tcp_syncookies",
      "net.ipv4.ping_group_range",
      "net.ipv4.ip_unprivileged_port_start",
    ],
  ],
  [27, ["net.ipv4.ip_local_reserved_ports"]],
  [
    29,
    ["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"],
  ],
  [32, ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]],
  [37, ["net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"]],
];

const APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

export const BASELINE: PodCheck[] = [
  { id: "appArmorProfile", since: 0, run: appArmor },
  { id: "capabilities_baseline", since: 0, run: capabilities },
  { id: "hostNamespaces", since: 0, run: hostNamespaces },
  { id: "hostPathVolumes", since: 0, run: hostPaths },
  { id: "hostPorts", since: 0, run: hostPorts },
  { id: "hostProbesAndHostLifecycle", since: 34, run: probeHosts },
  { id: "privileged", since: 0, run: privileged },
  { id: "procMount", since: 0, run: procMount },
  { id: "seccompProfile_baseline", since: 19, run: seccomp },
  { id: "seLinuxOptions", since: 0, run: seLinux },
  { id: "sysctls", since: 0, run: sysctls },
  { id: "windowsHostProcess", since: 0, run: windowsHostProcess },
];

function appArmor(subject: PodSecurity): Findings {
  const set = eachSetter(subject, (setter) => mustBeProfile(setter, "appArmorProfile", "AppArmor"));
  const annotated = attempt(() =>
    each(subject.pod.annotations.entries(), ([key, field]) => {
      if (!key.startsWith(APPARMOR_ANNOTATION)) return undefined;
      const value = field.text() ?? "";
      if (value === "" || value === "runtime/default" || value.startsWith("localhost/")) return undefined;
      return finding(
        field,
        `sets the AppArmor profile of container ${show(key.slice(APPARMOR_ANNOTATION.length))} to ${show(value)}`,
        "remove the annotation, or set runtime/default",
      );
    }),
  );
  return together(set, annotated);
}

/** A profile that is named must be the runtime's own or one that the node's administrator installed. */
function mustBeProfile({ who, context }: Setter, key: "appArmorProfile" | "seccompProfile", title: string): Found {
  const profile = context.at(key);
  if (!profile.exists) return undefined;
  const type = profile.at("type").text();
  if (type === "RuntimeDefault" || type === "Localhost") return undefined;
  return finding(profile, `${who} sets the ${title} profile to ${show(type)}`, `set securityContext.${key}.type: RuntimeDefault`);
}

function capabilities(subject: PodSecurity): Findings {
  return eachContainer(subject, ({ who, context }) =>
    each(context.at("capabilities", "add").items(), (item) => {
      if (CAPABILITIES.has(item.scalar() ?? "")) return undefined;
      return finding(
        item,
        `${who} adds the capability ${show(item.scalar())}`,
        "remove it from securityContext.capabilities.add",
      );
    }),
  );
}

const HOST_NAMESPACES = ["hostNetwork", "hostPID", "hostIPC"];

function hostNamespaces({ pod }: PodSecurity): Findings {
  return each(HOST_NAMESPACES, (key) => {
    const field = pod.spec.at(key);
    if (!field.isTrue()) return undefined;
    return finding(field, `shares the node's ${key.slice(4).toLowerCase()} namespace`, `remove ${key}`);
  });
}

function hostPaths({ pod }: PodSecurity): Findings {
  return each(pod.volumes, (volume) => {
    const field = volume.at("hostPath");
    if (!field.exists) return undefined;
    return finding(
      field,
      `mounts the node's path ${show(field.at("path").text())} as volume ${show(volume.at("name").text())}`,
      "use a persistent volume claim",
    );
  });
}

function hostPorts(subject: PodSecurity): Findings {
  return eachContainer(subject, ({ who, field }) =>
    each(field.at("ports").items(), (port) => {
      const number = port.at("hostPort").number();
      return number ? finding(port, `${who} opens port ${number} on the node`, "remove hostPort and use a Service") : undefined;
    }),
  );
}

const HANDLERS = [["livenessProbe"], ["readinessProbe"], ["startupProbe"], ["lifecycle", "postStart"], ["lifecycle", "preStop"]];
const CALLS = ["httpGet", "tcpSocket"];

function probeHosts(subject: PodSecurity): Findings {
  return eachContainer(subject, ({ who, field }) =>
    each(HANDLERS, (path) => {
      const handler = field.along(path);
      if (!handler.exists) return undefined;
      return each(CALLS, (call) => {
        const host = handler.at(call, "host");
        if (!host.scalar()) return undefined;
        const message = `${who} lets the node call another host (${path.join(".")})`;
        return finding(host, message, "remove host: the node then calls the pod itself");
      });
    }),
  );
}

function privileged(subject: PodSecurity): Findings {
  return eachContainer(subject, ({ who, context }) => {
    const field = context.at("privileged");
    if (!field.isTrue()) return undefined;
    return finding(field, `${who} is privileged`, "remove securityContext.privileged, and add the single capability it needs");
  });
}

function procMount(subject: PodSecurity): Findings {
  return unless(inUserNamespace, subject, maskedProc(subject));
}

export function maskedProc(subject: PodSecurity): Findings {
  return eachContainer(subject, ({ who, context }) => {
    const field = context.at("procMount");
    if (!field.exists || field.text() === "Default") return undefined;
    return finding(field, `${who} mounts /proc unmasked`, "remove securityContext.procMount");
  });
}

function seccomp(subject: PodSecurity): Findings {
  return eachSetter(subject, (setter) => mustBeProfile(setter, "seccompProfile", "seccomp"));
}

const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t"];

function seLinux(subject: PodSecurity): Findings {
  const types = subject.version >= 31 ? [...SELINUX_TYPES, "container_engine_t"] : SELINUX_TYPES;
  return eachSetter(subject, ({ who, context }) => {
    const options = context.at("seLinuxOptions");
    return options.exists ? seLinuxOf(options, who, types) : undefined;
  });
}

function seLinuxOf(options: Field, who: string, types: string[]): Findings {
  return each(["type", "user", "role"], (key) => {
    const field = options.at(key);
    const value = field.scalar() ?? "";
    if (key === "type" ? types.includes(value) : value === "") return undefined;
    const what = key === "type" ? `type ${show(value)}` : key;
    return finding(field, `${who} sets the SELinux ${what}`, `remove securityContext.seLinuxOptions.${key}`);
  });
}

function sysctls(subject: PodSecurity): Findings {
  return each(podSetter(subject).context.at("sysctls").items(), (item) => {
    const name = item.at("name");
    const allowed = SYSCTLS.some(([since, names]) => subject.version >= since && names.includes(name.scalar() ?? ""));
    if (allowed) return undefined;
    return finding(name, `sets the kernel parameter ${show(name.scalar())}`, "remove it from securityContext.sysctls");
  });
}

function windowsHostProcess(subject: PodSecurity): Findings {
  return eachSetter(subject, ({ who, context }) => {
    const field = context.at("windowsOptions", "hostProcess");
    if (!field.isTrue()) return undefined;
    return finding(field, `${who} runs as a process of the Windows node`, "remove securityContext.windowsOptions.hostProcess");
  });
}

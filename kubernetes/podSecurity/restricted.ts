import { Field } from "../objects/field";
import { Finding, attempt, each, finding } from "../objects/finding";
import { show } from "../objects/text";
import { maskedProc } from "./baseline";
import {
  PodCheck,
  PodSecurity,
  eachContainer,
  inUserNamespace,
  onWindows,
  podSetter,
  eachSetter,
  together,
  unless,
} from "./check";

type Findings = readonly Finding[];

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

export const RESTRICTED: PodCheck[] = [
  { id: "allowPrivilegeEscalation", since: 8, run: privilegeEscalation },
  { id: "capabilities_restricted", since: 22, replaces: "capabilities_baseline", run: capabilities },
  { id: "procMount_restricted", since: 35, replaces: "procMount", run: maskedProc },
  { id: "restrictedVolumes", since: 0, replaces: "hostPathVolumes", run: volumes },
  { id: "runAsNonRoot", since: 0, run: runAsNonRoot },
  { id: "runAsUser", since: 23, run: runAsUser },
  { id: "seccompProfile_restricted", since: 19, replaces: "seccompProfile_baseline", run: seccomp },
];

function privilegeEscalation(subject: PodSecurity): Findings {
  const found = eachContainer(subject, ({ who, context }) => {
    const field = context.at("allowPrivilegeEscalation");
    if (field.scalar() === "false" || (subject.patch && !field.exists)) return undefined;
    return finding(
      field,
      `${who} may gain more privileges than it starts with`,
      "set securityContext.allowPrivilegeEscalation: false",
    );
  });
  return unless(onWindows, subject, found);
}

function capabilities(subject: PodSecurity): Findings {
  const found = eachContainer(subject, ({ who, context }) => {
    const field = context.at("capabilities");
    return together(
      attempt(() => keptCapabilities(subject, field.at("drop"), who)),
      attempt(() => each(field.at("add").items(), (item) => addedCapability(item, who))),
    );
  });
  return unless(onWindows, subject, found);
}

function keptCapabilities({ patch }: PodSecurity, dropped: Field, who: string): Finding | undefined {
  // One that is known to be ALL is enough.
  if (dropped.items().some((item) => !item.unknown && item.text() === "ALL")) return undefined;
  if (dropped.texts().includes("ALL") || (patch && !dropped.exists)) return undefined;
  return finding(dropped, `${who} keeps capabilities`, "set securityContext.capabilities.drop: [ALL]");
}

function addedCapability(item: Field, who: string): Finding | undefined {
  if (item.scalar() === "NET_BIND_SERVICE") return undefined;
  return finding(item, `${who} adds the capability ${show(item.scalar())}`, "remove it from securityContext.capabilities.add");
}

function volumes({ pod }: PodSecurity): Findings {
  return each(pod.volumes, (volume) => {
    if (VOLUMES.some((kind) => volume.at(kind).exists)) return undefined;
    const kind = volume.entries().find(([key, field]) => key !== "name" && field.exists)?.[0];
    // A volume that names no source is an emptyDir.
    if (kind === undefined) return undefined;
    return finding(
      volume,
      `mounts volume ${show(volume.at("name").text())} of the kind ${show(kind)}`,
      "use a persistent volume claim",
    );
  });
}

function runAsNonRoot(subject: PodSecurity): Findings {
  const found = demanded(subject, {
    read: (context) => context.at("runAsNonRoot"),
    good: (field) => field.isTrue(),
    wrong: "may run as root",
    missing: "does not promise to run as another user than root",
    fix: "set securityContext.runAsNonRoot: true, and runAsUser where the image's own user is root",
  });
  return unless(inUserNamespace, subject, found);
}

function seccomp(subject: PodSecurity): Findings {
  const found = demanded(subject, {
    read: (context) => context.at("seccompProfile"),
    good: (field) => ["RuntimeDefault", "Localhost"].includes(field.at("type").text() ?? ""),
    wrong: "has a seccomp profile that is not the runtime's",
    missing: "has no seccomp profile",
    fix: "set securityContext.seccompProfile.type: RuntimeDefault",
  });
  return unless(onWindows, subject, found);
}

interface Demand {
  read: (context: Field) => Field;
  good: (field: Field) => boolean;
  wrong: string;
  missing: string;
  fix: string;
}

/** A setting that must be right wherever it is made, and made by the pod or by each container. */
function demanded(subject: PodSecurity, { read, good, wrong, missing, fix }: Demand): Findings {
  // While the pod's own setting is not known, that is said once, and not for each container that inherits it.
  let inherited = true;
  const ofPod = attempt(() => {
    const { who, context } = podSetter(subject);
    const whole = read(context);
    inherited = whole.exists && good(whole);
    return whole.exists && !inherited ? finding(whole, `${who} ${wrong}`, fix) : undefined;
  });
  const ofContainers = eachContainer(subject, ({ who, context }) => {
    const own = read(context);
    if (own.exists) return good(own) ? undefined : finding(own, `${who} ${wrong}`, fix);
    return inherited || subject.patch ? undefined : finding(own, `${who} ${missing}`, fix);
  });
  return together(ofPod, ofContainers);
}

function runAsUser(subject: PodSecurity): Findings {
  const found = eachSetter(subject, ({ who, context }) => {
    const field = context.at("runAsUser");
    if (field.number() !== 0) return undefined;
    return finding(field, `${who} runs as root`, "set securityContext.runAsUser to another user than 0");
  });
  return unless(inUserNamespace, subject, found);
}

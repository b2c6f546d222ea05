/** Messages about data that a deployment would cost, and how it is moved instead. Pure. */
import type { Finding, Live, LivePod } from "./types";

const KINDS: Record<string, string> = { PersistentVolumeClaim: "claim", PersistentVolume: "volume", Namespace: "namespace" };

export const shownKind = (kind: string): string => KINDS[kind] ?? kind;

/** `claim stores/files would be ...` */
export const sentence = ({ kind, name, words }: Finding): string => `${shownKind(kind)} ${name} ${words}`;

/** Whether it was said on the command line that this may go. */
export function isAllowed({ verdict, name, namespace, kind }: Finding, allowed: readonly string[]): boolean {
  if (verdict === "impossible") return false;
  const inside = kind === "Namespace" ? name : namespace;
  return allowed.includes(name) || (inside !== undefined && allowed.includes(inside));
}

interface Mounted {
  pod: string;
  container: string;
  path: string;
}

/** Where a claim is to be seen in a running program. */
export function mountOf(claim: string, pods: readonly LivePod[]): Mounted | undefined {
  for (const { metadata, spec, status } of pods) {
    if (status?.phase !== "Running") continue;
    const volume = spec.volumes?.find(
      ({ persistentVolumeClaim }) => `${metadata.namespace}/${persistentVolumeClaim?.claimName}` === claim,
    );
    for (const { name, volumeMounts } of volume === undefined ? [] : spec.containers) {
      const mount = volumeMounts?.find((one) => one.name === volume?.name);
      if (mount) return { pod: metadata.name, container: name, path: mount.mountPath };
    }
  }
  return undefined;
}

/** How to take the content of a claim along; `kubectl` with what it needs to reach the cluster. */
function moving({ claims }: Finding, kubectl: string, live?: Live): string[] {
  const saved = claims.flatMap((claim) => {
    const mounted = live && mountOf(claim, live.pods);
    if (mounted === undefined) return [`    ${claim}: no running pod has it; start one that mounts it, and copy it out of that`];
    const [namespace] = claim.split("/");
    const file = `${claim.replace("/", "-")}.tar`;
    const exec = `${kubectl} -n ${namespace} exec`;
    const tar = `-c ${mounted.container} -- tar -C ${mounted.path}`;
    return [`    ${exec} ${mounted.pod} ${tar} -cf - . > ${file}`, `    ${exec} -i POD ${tar} -xf - < ${file}`];
  });
  return [
    "  To take the data along, copy it out while nothing writes (for SQLite: npm run backup), and into the new pod afterwards:",
    ...saved,
  ];
}

const REMEDY: Record<Finding["verdict"], string> = {
  lost: "keep it in the configuration, or set its protection to retain and deploy that first",
  replaced: "set it back as it was",
  left: "set it back as it was",
  impossible: "set it back as it was: local-path and most network folders keep to no size at all",
  kept: "",
};

/** Why a deployment does not begin. */
export function refusalOf(findings: readonly Finding[], kubectl: string, live?: Live): string {
  const lines = findings.flatMap((finding) => [
    `- ${sentence(finding)}. Remedy: ${finding.remedy ?? REMEDY[finding.verdict]}`,
    ...(finding.claims.length > 0 && finding.verdict !== "impossible" ? moving(finding, kubectl, live) : []),
    ...(finding.verdict === "impossible"
      ? finding.remedy === undefined
        ? ["  Or make a second claim as you want it, and copy the data over."]
        : []
      : [`  If that is what you want: npm start -- --allow-delete ${finding.name}`]),
  ]);
  return ["Nothing was changed, because of what would become of data:", ...lines].join("\n");
}

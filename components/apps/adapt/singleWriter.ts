import { nameOf, podTemplateOf, type Container, type KubeObject, type PodTemplate } from "./objects";
import { imageFrom } from "./pods";
import { keepSingle, severalPods } from "./single";
import type { AdaptSettings } from "./settings";

type Database = NonNullable<AdaptSettings["database"]>;

export const backupContainer = "sqlite-backup";
export const backupsFolder = "/backups";

/** Why SQLite would have a second writer, or no lasting place. */
export function singleWriterProblems(objects: KubeObject[], { database }: AdaptSettings): string[] {
  if (database === undefined) return [];
  const owner = objects.find((object) => object.metadata.name === database.workload && podTemplateOf(object));
  if (owner === undefined) {
    const workloads = objects.filter((object) => podTemplateOf(object)).map(({ metadata }) => metadata.name);
    return [`database.workload is ${database.workload}, and the chart has ${workloads.join(", ") || "no workloads"}`];
  }
  const others = objects.filter((object) => object !== owner && claimVolume(podTemplateOf(object), database.claim) !== undefined);
  const made = objects.some(({ kind, metadata }) => kind === "PersistentVolumeClaim" && metadata.name === database.claim);
  return [
    ...(made
      ? [
          `the chart makes the claim ${database.claim} itself: give it the platform's in the values (often persistence.existingClaim)`,
        ]
      : []),
    ...ownerProblems(owner, database),
    ...severalPods(objects, owner, "SQLite has one writer"),
    ...others.map((object) => `${nameOf(object)} mounts the claim ${database.claim} too: SQLite has one writer`),
  ];
}

function ownerProblems(owner: KubeObject, { claim, file }: Database): string[] {
  const name = nameOf(owner);
  if (owner.kind !== "Deployment" && owner.kind !== "StatefulSet") {
    return [`${name} writes SQLite: it has to be a Deployment or a StatefulSet`];
  }
  const template = podTemplateOf(owner)!;
  const volume = claimVolume(template, claim);
  if (volume === undefined) {
    return [`${name} does not mount the claim ${claim}: give it to the chart in the values (often persistence.existingClaim)`];
  }
  return mountOf(template, volume, file) === undefined ? [`${name} does not mount the claim ${claim} where ${file} lies`] : [];
}

function claimVolume(template: PodTemplate | undefined, claim: string): string | undefined {
  return template?.spec.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim)?.name;
}

/** The container that has the volume where the file lies, and its mount. */
function mountOf({ spec }: PodTemplate, volume: string, file: string) {
  for (const container of spec.containers) {
    const mount = container.volumeMounts?.find(
      ({ name, mountPath }) => name === volume && file.startsWith(`${mountPath.replace(/\/$/, "")}/`),
    );
    if (mount !== undefined) return { container, mount };
  }
  return undefined;
}

/** One writer at any moment, time to stop, and copies beside it. Only for objects without problems. */
export function keepSingleWriter(object: KubeObject, template: PodTemplate, { database, imagesFrom }: AdaptSettings): void {
  if (database === undefined || object.metadata.name !== database.workload) return;
  keepSingle(object);
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, "homelab/single-writer": "true" } };
  template.spec.terminationGracePeriodSeconds ??= 30;
  const volume = claimVolume(template, database.claim);
  const mounted = volume === undefined ? undefined : mountOf(template, volume, database.file);
  if (database.backup === undefined || mounted === undefined) return;
  template.spec.containers.push(backupSidecar(database, imagesFrom, mounted.container, mounted.mount));
  template.spec.volumes = [
    ...(template.spec.volumes ?? []),
    { name: backupContainer, persistentVolumeClaim: { claimName: database.backup.claim } },
  ];
}

/**
 * Copies are made inside the pod: a claim for one pod cannot be mounted by a job beside it, and a copy by SQLite itself
 * is whole, whatever is being written meanwhile.
 */
function backupSidecar(
  database: Database,
  imagesFrom: string | undefined,
  beside: Container,
  mount: NonNullable<Container["volumeMounts"]>[number],
): Container {
  const { every, keep, image } = database.backup!;
  const { runAsUser, runAsGroup } = beside.securityContext ?? {};
  return {
    name: backupContainer,
    image: imagesFrom === undefined ? image : imageFrom(imagesFrom, image),
    imagePullPolicy: "IfNotPresent",
    command: ["/bin/sh", "-c", backupScript],
    env: [
      { name: "DATABASE_FILE", value: database.file },
      { name: "EVERY_MINUTES", value: String(every * 60) },
      { name: "KEEP", value: String(keep) },
    ],
    volumeMounts: [{ ...mount }, { name: backupContainer, mountPath: backupsFolder }],
    resources: { requests: { cpu: "25m", memory: "32Mi" }, limits: { cpu: "250m", memory: "256Mi" } },
    securityContext: { runAsUser, runAsGroup, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
}

/** Makes a copy when the newest is too old; asks once a minute, so that a restart neither adds a copy nor skips one. */
const backupScript = `
trap 'exit 0' TERM INT
while true; do
  if [ -f "$DATABASE_FILE" ] && [ -z "$(find ${backupsFolder} -name '*.db' -mmin -"$EVERY_MINUTES")" ]; then
    name=$(date -u +%Y%m%dT%H%M%SZ)
    if sqlite3 "$DATABASE_FILE" ".backup '${backupsFolder}/.partial'"; then
      mv ${backupsFolder}/.partial "${backupsFolder}/$name.db" && echo "made $name.db"
      ls -1 ${backupsFolder}/*.db | sort -r | tail -n +$((KEEP + 1)) | while read -r old; do rm -f "$old"; done
    fi
  fi
  sleep 60 & wait $!
done`.trim();

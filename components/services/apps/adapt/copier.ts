import { copies, copierScript, restorerScript } from "../copies/scripts";
import { mountsBeside, type Place } from "./mounts";
import type { Container, EnvVar, PodTemplate, SecurityContext } from "./objects";
import { imageFrom } from "./pods";
import type { AdaptSettings } from "./settings";

type Database = NonNullable<AdaptSettings["database"]>;

/** For pods that name no user at the level that demands one. */
const defaultUser = 1000;

/** Root's rights over files, all of which the level `baseline` allows. */
const OVER_FILES = ["CHOWN", "DAC_OVERRIDE", "FOWNER"];

/**
 * The copies of a database are made and put back inside the pod: a claim for one pod cannot be mounted by a job beside
 * it. The copier runs beside the program; the restorer before it, when nobody writes.
 */
export function addCopier(template: PodTemplate, place: Place, settings: AdaptSettings): void {
  const { spec } = template;
  const database = settings.database!;
  const { claim, every, keep } = database.backup!;
  const mounts = mountsBeside(template, place.container);
  const common = {
    image: imageOf(settings),
    imagePullPolicy: "IfNotPresent",
    // Twenty times the request, as the rule container-resources has it: a check reads the whole database.
    resources: { requests: { cpu: "25m", memory: "32Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
    securityContext: contextOf(template, place.container, settings),
    volumeMounts: [
      ...mounts,
      { name: copies.copier, mountPath: copies.backupsFolder },
      { name: copies.stateVolume, mountPath: copies.stateFolder },
    ],
  };
  const environment = [...usedInPaths(place.container), { name: "DATABASES", value: database.files.join("\n") }];
  spec.initContainers = [
    { name: copies.restorer, ...common, command: ["/bin/sh", "-c", restorerScript()], env: environment },
    ...(spec.initContainers ?? []),
  ];
  spec.containers.push({
    ...structuredClone(common),
    name: copies.copier,
    command: ["/bin/sh", "-c", copierScript()],
    env: [
      ...environment,
      { name: "MOUNTS", value: mounts.map(({ mountPath }) => mountPath).join("\n") },
      { name: "EVERY_MINUTES", value: String(every * 60) },
      { name: "KEEP", value: String(keep) },
    ],
    livenessProbe,
  });
  spec.volumes = [
    ...(spec.volumes ?? []),
    { name: copies.copier, persistentVolumeClaim: { claimName: claim } },
    { name: copies.stateVolume, emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
  ];
}

/**
 * A copier that hangs is started anew: each of its steps ends within an hour. It has no readiness probe, since copies that
 * fail are no reason to keep requests from the program: `npm run health` tells of them.
 */
const livenessProbe = {
  exec: { command: ["/bin/sh", "-c", `[ -n "$(find ${copies.stateFolder}/${copies.alive} -mmin -130)" ]`] },
  initialDelaySeconds: 60,
  periodSeconds: 60,
  timeoutSeconds: 30,
  failureThreshold: 5,
};

function imageOf({ database, imagesFrom }: AdaptSettings): string {
  const { image } = database!.backup!;
  return imagesFrom === undefined ? image : imageFrom(imagesFrom, image);
}

/** Mounts may name variables in their paths below the volume. */
function usedInPaths({ env, volumeMounts }: Container): EnvVar[] {
  const expressions = (volumeMounts ?? [])
    .map((mount) => String((mount as { subPathExpr?: string }).subPathExpr ?? ""))
    .join(" ");
  return (env ?? []).filter(({ name }) => expressions.includes(`$(${name})`));
}

function contextOf({ spec }: PodTemplate, beside: Container, settings: AdaptSettings): SecurityContext {
  const user = copierUser(spec.securityContext, beside, settings);
  const context = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true };
  if (user === 0) {
    return { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, ...context, capabilities: { drop: ["ALL"], add: OVER_FILES } };
  }
  const runAsGroup = beside.securityContext?.runAsGroup ?? spec.securityContext?.runAsGroup ?? spec.securityContext?.fsGroup;
  return { runAsUser: user, runAsGroup, runAsNonRoot: true, ...context, capabilities: { drop: ["ALL"] } };
}

/**
 * The user that may read and write the database, always as a number, because the copier's own image has a name for one.
 * What the block says counts before what the chart says, and that before the program's image. Else nobody knows whom the
 * program becomes: where root is allowed, root may write files of anybody, and SQLite as root gives the files that it
 * makes beside a database to the owner of that.
 */
export function copierUser(
  pod: SecurityContext | undefined,
  { image, securityContext }: Container,
  {
    database,
    podSecurity,
    imageUsers,
  }: Pick<AdaptSettings, "podSecurity" | "imageUsers"> & { database?: Pick<Database, "user"> },
): number {
  const stated = database?.user ?? securityContext?.runAsUser ?? pod?.runAsUser;
  if (stated !== undefined && stated !== null) return stated;
  const ofImage = /^\d+/.exec(imageUsers?.[image ?? ""] ?? "")?.[0];
  if (ofImage !== undefined && !(podSecurity === "restricted" && Number(ofImage) === 0)) return Number(ofImage);
  return podSecurity === "restricted" ? defaultUser : 0;
}

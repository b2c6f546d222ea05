/*
 * Kubernetes objects as a chart renders them: the parts that are looked at, everything else untouched.
 */

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Texts; annotations?: Texts };
  spec?: Spec;
  data?: Texts;
  stringData?: Texts;
  binaryData?: Texts;
  [field: string]: unknown;
}

export type Texts = Record<string, string>;

export interface Spec {
  type?: string;
  replicas?: number;
  strategy?: { type?: string; rollingUpdate?: unknown };
  ports?: ServicePort[];
  selector?: Texts;
  template?: PodTemplate;
  jobTemplate?: { spec?: { template?: PodTemplate } };
  scaleTargetRef?: { kind?: string; name?: string };
  [field: string]: unknown;
}

export interface ServicePort {
  name?: string;
  port?: number;
  protocol?: string;
  targetPort?: number | string;
  nodePort?: number;
}

export interface PodTemplate {
  metadata?: { labels?: Texts; annotations?: Texts };
  spec: PodSpec;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  securityContext?: SecurityContext;
  imagePullSecrets?: { name: string }[];
  enableServiceLinks?: boolean;
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  serviceAccountName?: string;
  /** The former name of `serviceAccountName`. */
  serviceAccount?: string;
  [field: string]: unknown;
}

export interface Container {
  name: string;
  image?: string;
  command?: string[];
  env?: EnvVar[];
  envFrom?: { secretRef?: Reference; configMapRef?: Reference }[];
  resources?: { requests?: Texts; limits?: Texts };
  securityContext?: SecurityContext;
  volumeMounts?: { name: string; mountPath?: string; readOnly?: boolean; subPath?: string }[];
  [field: string]: unknown;
}

export interface Reference {
  name?: string;
  key?: string;
  optional?: boolean;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: Reference; configMapKeyRef?: Reference };
}

export interface Volume {
  name: string;
  secret?: { secretName?: string; optional?: boolean };
  configMap?: Reference;
  projected?: { sources?: { secret?: Reference; configMap?: Reference }[] };
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
  [field: string]: unknown;
}

export interface SecurityContext {
  runAsNonRoot?: boolean;
  readOnlyRootFilesystem?: boolean;
  runAsUser?: number;
  runAsGroup?: number;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  seccompProfile?: { type: string };
  allowPrivilegeEscalation?: boolean;
  privileged?: boolean;
  capabilities?: { drop?: string[]; add?: string[] };
}

/** The pod that an object makes, or undefined. A bare Pod is its own template. */
export function podTemplateOf(object: KubeObject): PodTemplate | undefined {
  const { kind, spec } = object;
  const template = kind === "CronJob" ? spec?.jobTemplate?.spec?.template : spec?.template;
  const pod = kind === "Pod" ? (object as unknown as PodTemplate) : template;
  return Array.isArray(pod?.spec?.containers) ? pod : undefined;
}

export function containersOf({ spec }: PodTemplate): Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** `Deployment backend` */
export function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

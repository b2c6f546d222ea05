import { Field } from "../../../core/field";
import { Finding } from "../../../core/finding";
import { PodView } from "../../../core/workload";

/** Minor version of Kubernetes 1.x; the newest one stands for "latest". */
export const LATEST = 37;

export function toVersion(text: string): number {
  return text === "latest" ? LATEST : Number(/\d+$/.exec(text)![0]);
}

export interface PodSecurity {
  pod: PodView;
  version: number;
  /** A patch cannot show what it leaves alone: what must be there is not missed in it. */
  patch: boolean;
}

/**
 * One check of the standards. Names, levels, versions and meaning follow k8s.io/pod-security-admission 0.37 (policy/),
 * which the API server runs.
 */
export interface PodCheck {
  id: string;
  /** First minor version of 1.x that has it; the standards are supported from 1.25 on. */
  since: number;
  /** The baseline check that is weaker than this one. */
  replaces?: string;
  run(subject: PodSecurity): readonly Finding[];
}

export interface Setter {
  who: string;
  /** The securityContext. */
  context: Field;
}

export function podSetter({ pod }: PodSecurity): Setter {
  return { who: "the pod", context: pod.spec.at("securityContext") };
}

type ContainerSetter = Setter & { field: Field };

/** A dozen checks ask for the same containers. */
const KNOWN = new WeakMap<PodView, ContainerSetter[]>();

/** The containers of every role, each with its securityContext. */
export function containerSetters({ pod }: PodSecurity): ContainerSetter[] {
  let known = KNOWN.get(pod);
  if (!known) {
    known = pod.containers.map(({ label, field }) => ({ who: label, field, context: field.at("securityContext") }));
    KNOWN.set(pod, known);
  }
  return known;
}

const ALL = new WeakMap<PodView, Setter[]>();

/** The pod's own securityContext and those of its containers. */
export function setters(subject: PodSecurity): Setter[] {
  let known = ALL.get(subject.pod);
  if (!known) {
    known = [podSetter(subject), ...containerSetters(subject)];
    ALL.set(subject.pod, known);
  }
  return known;
}

/** What several parts of a check found. */
export function together(first: readonly Finding[], second: readonly Finding[]): readonly Finding[] {
  if (second.length === 0) return first;
  return first.length === 0 ? second : [...first, ...second];
}

/** Since 1.35 root in a user namespace of its own is nobody on the node. */
export function inUserNamespace({ pod, version }: PodSecurity): boolean {
  return version >= 35 && pod.spec.at("hostUsers").scalar() === "false";
}

/** Since 1.25 a pod that names its system is not asked for what Windows does not have. */
export function onWindows({ pod }: PodSecurity): boolean {
  return pod.spec.at("os", "name").text() === "windows";
}

import { Field } from "../objects/field";
import { Finding, Found, attempt, each } from "../objects/finding";
import { unknownPath } from "../objects/unknown";
import { ContainerView, PodView } from "../objects/workload";

/** Minor version of Kubernetes 1.x; the newest one stands for "latest". */
const LATEST = 37;

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
  run: (subject: PodSecurity) => readonly Finding[];
}

export interface Setter {
  who: string;
  /** The securityContext. */
  context: Field;
}

export function podSetter({ pod }: PodSecurity): Setter {
  return { who: "the pod", context: pod.spec.at("securityContext") };
}

export type ContainerSetter = Setter & { field: Field };

/** A dozen checks ask for the same containers: all of them in one list, or where one is not known, list by list. */
const KNOWN = new WeakMap<PodView, (() => readonly ContainerSetter[])[]>();

/** Judges the containers of every role; a list or container that is not known hides no other. */
export function eachContainer({ pod }: PodSecurity, part: (setter: ContainerSetter) => Found): readonly Finding[] {
  let lists = KNOWN.get(pod);
  if (!lists) KNOWN.set(pod, (lists = listsOf(pod)));
  const [all, ...others] = lists;
  return all && others.length === 0 ? each(all(), part) : each(lists, (list) => each(list(), part));
}

function listsOf(pod: PodView): (() => readonly ContainerSetter[])[] {
  try {
    const all = pod.containers.map(setterOf);
    return [() => all];
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return pod.containerLists.map((list) => () => list().map(setterOf));
  }
}

function setterOf({ label, field }: ContainerView): ContainerSetter {
  return { who: label, field, context: field.unknown ? field : field.at("securityContext") };
}

/** Judges the pod's own securityContext and those of its containers. */
export function eachSetter(subject: PodSecurity, part: (setter: Setter) => Found): readonly Finding[] {
  return together(
    attempt(() => part(podSetter(subject))),
    eachContainer(subject, part),
  );
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

/** What was found, unless the standards let such a pod off: asked only where it matters, because it may not be known yet. */
export function unless(
  excused: (subject: PodSecurity) => boolean,
  subject: PodSecurity,
  found: readonly Finding[],
): readonly Finding[] {
  return found.length > 0 && excused(subject) ? [] : found;
}
